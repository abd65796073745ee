import { describe, expect, it } from 'vitest';
import { knownHostsText, sshConfigText } from '../../../bench/lab/ssh-access.ts';

const ports = { a: 40_001, b: 40_002 };

describe('access by ssh', () => {
  it('goes to the loopback, as root, by the key of the lab only, and checks who answers', () => {
    expect(sshConfigText(ports, '/cache/my keys/control-key', '/lab/known_hosts').split('\n\n')[1]).toBe(
      `Host b
  HostName 127.0.0.1
  Port 40002
  User root
  IdentityFile "/cache/my keys/control-key"
  IdentitiesOnly yes
  UserKnownHostsFile "/lab/known_hosts"
  StrictHostKeyChecking yes
`,
    );
  });

  it('knows each host by its port', () => {
    expect(knownHostsText(ports, { a: 'ssh-ed25519 AAAA', b: 'ssh-ed25519 BBBB' })).toBe(
      '[127.0.0.1]:40001 ssh-ed25519 AAAA\n[127.0.0.1]:40002 ssh-ed25519 BBBB\n',
    );
  });
});
