import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import ssh2 from 'ssh2';
import { afterAll, describe, expect, it } from 'vitest';
import { HostUnreachable } from '../../../engine/model/errors.ts';
import type { Host } from '../../../engine/ports/host.ts';
import { remoteHost } from '../../../transport/host/remote-host.ts';
import { makeKeyPair, openSshServer, type SshServer, type SshServerOptions } from '../../fakes/ssh-server.ts';

const opened: { close(): Promise<void> }[] = [];

afterAll(async () => {
  for (const each of opened.splice(0).reverse()) await each.close();
});

const open = async (options?: SshServerOptions): Promise<{ server: SshServer; host: Host }> => {
  const server = await openSshServer(options);
  const host = remoteHost('guest', { configFile: server.configFile });
  opened.push(server, host);
  return { server, host };
};

const editConfig = (server: SshServer, edit: (text: string) => string): void =>
  writeFileSync(server.configFile, edit(readFileSync(server.configFile, 'utf8')));

const unreachable = async (host: Host): Promise<HostUnreachable> => {
  const error = await host.run({ argv: ['true'] }).catch((reason: unknown) => reason);
  if (error instanceof HostUnreachable) return error;
  throw new Error('expected HostUnreachable', { cause: error });
};

describe('connection', { concurrent: true }, () => {
  it('is made at the first command, and shared by all', async () => {
    const { server, host } = await open();
    expect(server.connections()).toBe(0);
    await Promise.all(Array.from({ length: 5 }, () => host.run({ argv: ['true'] })));
    await host.run({ argv: ['true'] });
    expect(server.connections()).toBe(1);
  });

  it('that is lost ends what runs over it, and the next command makes another', async () => {
    const { server, host } = await open();
    const started = await host.start({ argv: ['sh', '-c', 'echo ready; exec sleep 15'] });
    const lines = started.lines[Symbol.asyncIterator]();
    await lines.next();
    const running = host.run({ argv: ['sleep', '15'] }).catch((error: unknown) => error);
    await delay(50);
    server.cut();
    expect(await running).toBeInstanceOf(HostUnreachable);
    expect(await started.exit).toEqual({ exitCode: undefined, stderr: '', lost: true });
    expect((await lines.next()).done).toBe(true);
    expect((await host.run({ argv: ['echo', 'back'] })).stdout).toBe('back\n');
    expect(server.connections()).toBe(2);
  });

  it('that is lost does not save a command from being killed', async () => {
    const { server, host } = await open();
    const started = await host.start({ argv: ['sh', '-c', 'echo $$; exec sleep 1000'] });
    const pid = String((await started.lines[Symbol.asyncIterator]().next()).value);
    server.cut();
    expect((await started.exit).lost).toBe(true);
    const alive = (): Promise<unknown> => host.probe({ argv: ['sh', '-c', 'kill -0 "$1"', 'sh', pid] });
    expect(await alive()).toMatchObject({ exitCode: 0 });
    await started.kill('KILL');
    // The process that has inherited it may need a moment to reap it.
    await expect.poll(alive, { timeout: 5000 }).toMatchObject({ exitCode: 1 });
  });

  it('that breaks while a file is sent leaves the old file in place', async () => {
    const { server, host } = await open();
    const path = join(server.directory, 'file');
    await host.writeFile(path, 'old', 0o600);
    const writing = host.writeFile(path, new Uint8Array(30_000_000), 0o600).catch((error: unknown) => error);
    await delay(60);
    server.cut();
    expect(await writing).toBeInstanceOf(HostUnreachable);
    await delay(300);
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect((await host.run({ argv: ['ls', '-A', server.directory] })).stdout).not.toContain('.tmp');
  });

  it('says why it cannot be made', async () => {
    const { server } = await open();
    // Port 1 of this machine: nothing listens there.
    editConfig(server, (text) => text.replace(/Port \d+/, 'Port 1'));
    const host = remoteHost('guest', { configFile: server.configFile });
    expect((await unreachable(host)).message).toMatch(/^cannot reach guest: .*ECONNREFUSED/);
  });

  it('does not wait for ever for a host that sends nothing', async () => {
    const { server } = await open();
    const silent = createServer((socket) => socket.resume().on('error', () => {}));
    await new Promise<void>((resolve) => {
      silent.listen(0, '127.0.0.1', resolve);
    });
    const address = silent.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    editConfig(server, (text) => `${text.replace(/Port \d+/, `Port ${port}`)}  ConnectTimeout 0.3\n`);
    const host = remoteHost('guest', { configFile: server.configFile });
    expect((await unreachable(host)).message).toContain('no answer within 300 ms');
    const abort = AbortSignal.timeout(50);
    await expect(host.run({ argv: ['true'] }, abort)).rejects.toThrow('was aborted');
    await new Promise((resolve) => silent.close(resolve));
  });

  it('is refused to a host whose key is not known', async () => {
    const { server, host } = await open();
    writeFileSync(server.knownHosts, '');
    const { message } = await unreachable(host);
    expect(message).toContain(`echo '[127.0.0.1]:${server.port} ${server.hostKey}' >>${server.knownHosts}`);
    writeFileSync(server.knownHosts, `[127.0.0.1]:${server.port} ${server.hostKey}\n`);
    await host.run({ argv: ['true'] });
  });

  it('is refused to a host whose key has changed, whatever StrictHostKeyChecking says', async () => {
    const { server } = await open();
    const other = ssh2.utils.generateKeyPairSync('ed25519').public;
    writeFileSync(server.knownHosts, `[127.0.0.1]:${server.port} ${other}\n`);
    editConfig(server, (text) => `${text}  StrictHostKeyChecking no\n`);
    const warnings: string[] = [];
    const host = remoteHost('guest', {
      configFile: server.configFile,
      onWarning: (warning) => warnings.push(warning),
    });
    expect((await unreachable(host)).message).toContain(
      `ssh-keygen -R '[127.0.0.1]:${server.port}' -f ${server.knownHosts}`,
    );
    expect(warnings).toHaveLength(1);
  });

  it('says which keys were tried when the server accepts none', async () => {
    const { server } = await open();
    const encrypted = ssh2.utils.generateKeyPairSync('ed25519', {
      passphrase: 'x',
      cipher: 'aes256-cbc',
      rounds: 1,
    });
    const wrong = makeKeyPair();
    writeFileSync(join(server.directory, 'locked'), encrypted.private);
    writeFileSync(join(server.directory, 'wrong'), wrong.private);
    editConfig(server, (text) =>
      ['locked', 'wrong', 'missing'].reduce(
        (config, name) => `${config}  IdentityFile ${join(server.directory, name)}\n`,
        text.replace(/ *IdentityFile.*\n/, ''),
      ),
    );
    const { message } = await unreachable(remoteHost('guest', { configFile: server.configFile }));
    expect(message).toMatch(
      /no key lets tester in .*tried: .*wrong; .*locked is encrypted.*missing does not exist/,
    );
  });

  it('does not need the agent that the environment names', async () => {
    const { server } = await open();
    editConfig(server, (text) => text.replace('IdentityAgent none', 'IdentityAgent /nonexistent/agent'));
    const host = remoteHost('guest', { configFile: server.configFile });
    opened.push(host);
    await host.run({ argv: ['true'] });
    editConfig(server, (text) => text.replace(/ *IdentityFile.*\n/, '  IdentityFile /nonexistent/key\n'));
    const { message } = await unreachable(remoteHost('guest', { configFile: server.configFile }));
    expect(message).toMatch(/agent: .*ENOENT|agent: .*agent/);
  });

  it('lets commands wait when the server permits few sessions', async () => {
    const { host } = await open({ maxSessions: 2 });
    const outputs = await Promise.all(
      Array.from({ length: 8 }, (_, index) => host.run({ argv: ['echo', `${index}`] })),
    );
    expect(outputs.map(({ stdout }) => stdout.trim())).toEqual(['0', '1', '2', '3', '4', '5', '6', '7']);
  });

  it('hides what the start-up files of the login shell print', async () => {
    const { host } = await open({ greeting: 'Welcome, have a nice day' });
    expect((await host.run({ argv: ['echo', 'x'] })).stdout).toBe('x\n');
  });

  it('works with bash for a login shell', async () => {
    const { host } = await open({ shell: '/bin/bash' });
    expect((await host.run({ argv: ['printf', '%s', "it's $HOME\n"] })).stdout).toBe("it's $HOME\n");
    expect((await host.probe({ argv: ['no-such-command'] })).exitCode).toBe(127);
  });
});
