import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HostKeyCheck, hostKeyCheck } from '../../../transport/host/host-key-check.ts';
import type { SshTarget } from '../../../transport/host/ssh-target.ts';

const publicKey = (type: 'ed25519' | 'ecdsa'): { line: string; blob: Buffer } => {
  const pair =
    type === 'ed25519'
      ? ssh2.utils.generateKeyPairSync('ed25519')
      : ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 });
  const [name = '', base64 = ''] = pair.public.split(' ');
  return { line: `${name} ${base64}`, blob: Buffer.from(base64, 'base64') };
};

const edwards = publicKey('ed25519');
const other = publicKey('ed25519');
const ecdsa = publicKey('ecdsa');

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'known-hosts-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

const checkWith = (texts: readonly string[], target: Partial<SshTarget> = {}): Promise<HostKeyCheck> => {
  const knownHostsFiles = texts.map((text, index) => {
    const file = join(directory, `known ${index}`);
    writeFileSync(file, text);
    return file;
  });
  return hostKeyCheck({
    host: 'a.example',
    port: 22,
    user: 'u',
    identityFiles: [],
    defaultIdentities: true,
    identitiesOnly: false,
    connectTimeout: 1000,
    warnings: [],
    knownHostsFiles,
    ...target,
  });
};

const reason = (check: HostKeyCheck, key: Buffer): string => {
  const verdict = check.judge(key);
  return verdict.accepted ? 'accepted' : verdict.why;
};

describe('hostKeyCheck', () => {
  it('accepts a key from any of the files', async () => {
    const check = await checkWith(['', `a.example ${edwards.line}\n`]);
    expect(check.judge(edwards.blob)).toEqual({ accepted: true });
  });

  it('refuses an unknown host, and says how to make it known', async () => {
    const check = await checkWith([`b.example ${edwards.line}\n`], { port: 2222 });
    expect(reason(check, edwards.blob)).toMatch(
      /host key is not in .*known 0.*SHA256:.*run: echo '\[a\.example\]:2222 ssh-ed25519 .*' >>'.*known 0'/,
    );
  });

  it('refuses a changed key, and names the file of the old key', async () => {
    const check = await checkWith([`\na.example ${edwards.line}\n`]);
    expect(reason(check, other.blob)).toMatch(/not the one in .*known 0 line 2.*ssh-keygen -R a\.example -f/);
  });

  it('refuses everything when there is no file', async () => {
    const check = await checkWith([], { knownHostsFiles: ['/nonexistent/known_hosts'] });
    expect(reason(check, edwards.blob)).toContain('/nonexistent/known_hosts');
  });

  it('refuses a revoked key that is also listed', async () => {
    const check = await checkWith([`a.example ${edwards.line}\n@revoked * ${edwards.line}\n`]);
    expect(reason(check, edwards.blob)).toContain('revoked');
  });

  it('does not accept the key of a certificate authority as a host key', async () => {
    const check = await checkWith([`@cert-authority a.example ${edwards.line}\n`]);
    expect(reason(check, edwards.blob)).toContain('certificate authorities are not supported');
  });

  it('requests known types of keys first', async () => {
    const check = await checkWith([`a.example ${ecdsa.line}\n`]);
    expect(check.algorithms[0]).toBe('ecdsa-sha2-nistp256');
    expect((await checkWith([`a.example ${edwards.line}\n`])).algorithms[0]).toBe('ssh-ed25519');
    const rsa = await checkWith(['a.example ssh-rsa AAAAB3NzaC1yc2E=\n']);
    expect(rsa.algorithms.slice(0, 2)).toEqual(['rsa-sha2-512', 'rsa-sha2-256']);
  });

  it('accepts a key that is known without a port on every port', async () => {
    const check = await checkWith([`a.example ${edwards.line}\n`], { port: 2222 });
    expect(check.judge(edwards.blob)).toEqual({ accepted: true });
  });

  it('looks up only the alias when there is one', async () => {
    const check = await checkWith([`lab ${edwards.line}\na.example ${other.line}\n`], {
      hostKeyAlias: 'lab',
    });
    expect(check.judge(edwards.blob)).toEqual({ accepted: true });
    expect(check.judge(other.blob).accepted).toBe(false);
  });
});
