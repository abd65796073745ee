import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { removeContainer, runContainer } from '../../bench/containers/run-container.ts';
import { dirtier } from '../../bench/containers/workloads.ts';
import { remoteHost } from '../../transport/host/remote-host.ts';
import { between, openHosts, sh } from './hosts.ts';
import { migrate, precopy } from './precopy.ts';
import { providedLab } from './provided.ts';
import { traces } from './traces.ts';

const id = 'entrusted';
/** Where the destination's other sshd listens. */
const STRICT = 2222;
const RULE = 'migrator ALL=(root) NOPASSWD: /bin/sh';

/** As an administrator would, but for the key, which is root's. `*`: no password, and yet not locked. */
const makeUser = `id migrator 2>/dev/null || useradd -m -p '*' migrator
install -d -o migrator -m 700 /home/migrator/.ssh
install -o migrator -m 600 /root/.ssh/authorized_keys /home/migrator/.ssh/authorized_keys`;

describe('a user who is not root', () => {
  const hosts = openHosts();
  const both = [hosts.a, hosts.b] as const;
  let directory: string;
  let sshConfig: string;
  const clear = (): Promise<unknown> => Promise.all(both.map((host) => removeContainer(host, id)));

  beforeAll(async () => {
    directory = await mkdtemp(`${tmpdir()}/precopy-sudo-`);
    sshConfig = `${directory}/config`;
    const config = await readFile(providedLab().sshConfig, 'utf8');
    await writeFile(sshConfig, config.replaceAll('User root', 'User migrator'));
    await Promise.all(both.map((host) => sh(host, makeUser)));
    // No way in for root but with a key that is bound to one command.
    const strict = '-o PermitRootLogin=forced-commands-only -o PidFile=/run/strict-sshd.pid';
    await sh(hosts.b, `/usr/sbin/sshd -p ${STRICT} ${strict}`);
    await clear();
  });
  afterAll(async () => {
    await clear();
    await Promise.all(
      both.map((host) => sh(host, 'rm -f /etc/sudoers.d/precopy; userdel -rf migrator 2>/dev/null || true')),
    );
    await sh(hosts.b, 'kill "$(cat /run/strict-sshd.pid)"');
    await Promise.all(both.map((host) => host.close()));
    await rm(directory, { recursive: true });
  });

  const asMigrator = (): readonly string[] => [
    ...between('a', 'b'),
    '--ssh-config',
    sshConfig,
    '--sudo',
    '--ssh-port',
    String(STRICT),
  ];

  it('is told which rule sudo lacks', async () => {
    const { exitCode, stderr } = await precopy('check', id, ...asMigrator());
    expect(exitCode).toBe(2);
    // Both are asked at once.
    expect(stderr).toMatch(/sudo on [ab] does not let migrator run commands as root/);
    expect(stderr).toMatch(
      /put "migrator ALL=\(root\) NOPASSWD: \/bin\/sh" into \/etc\/sudoers\.d\/precopy on [ab]/,
    );
  });

  it('migrates with that rule and nothing more, and leaves nothing', async () => {
    await Promise.all(both.map((host) => host.writeFile('/etc/sudoers.d/precopy', `${RULE}\n`, 0o440)));
    await runContainer(hosts.a, dirtier(id, 4, 1, 10));
    const before = await traces(hosts.a);
    const { report } = await migrate(id, ...asMigrator(), '--max-rounds', '1');
    expect(report).toMatchObject({ outcome: 'migrated', findings: [] });
    expect(await sh(hosts.b, 'runc state "$1"', id)).toContain('"status": "running"');
    expect((await traces(hosts.a)).filter((line) => !before.includes(line))).toEqual([]);
  });

  it('reaches Docker', async () => {
    const host = remoteHost('b', { configFile: sshConfig, sudo: true });
    const stream = await host.dial('/run/docker.sock');
    stream.write('GET /_ping HTTP/1.0\r\n\r\n');
    let answer = '';
    for await (const chunk of stream) answer += String(chunk);
    expect(answer).toMatch(/^HTTP\/1\.[01] 200 OK/);
    await host.close();
  });
});
