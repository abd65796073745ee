import { chmod, copyFile, mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InvalidInput } from '../../../engine/model/errors.ts';
import type { Host } from '../../../engine/ports/host.ts';
import { remoteHost } from '../../../transport/host/remote-host.ts';
import { hostContract } from '../../contracts/host.ts';
import { openSshServer, type SshServer } from '../../fakes/ssh-server.ts';
import { atEnd, fixture, temporaryDirectory } from '../scripts/start-script.ts';

/** Connects standard input and output to a unix socket, as Docker's relay does. */
const docker = `#!/bin/bash
[ "$1 $3 $4" = '-H system dial-stdio' ] || exit 1
exec perl -e '
  use Socket;
  socket my $s, AF_UNIX, SOCK_STREAM, 0; connect $s, pack_sockaddr_un($ARGV[0]) or exit 1;
  if (fork) { while (sysread $s, my $b, 65536) { syswrite STDOUT, $b } exit }
  while (sysread STDIN, my $b, 65536) { syswrite $s, $b } shutdown $s, 1;
' "\${2#unix://}"
`;

const open: SshServer[] = [];
const served = async (): Promise<{ home: string; server: SshServer }> => {
  const home = await temporaryDirectory();
  await mkdir(`${home}/bin`);
  await copyFile(fixture('bin/sudo'), `${home}/bin/sudo`);
  await writeFile(`${home}/bin/docker`, docker);
  await chmod(`${home}/bin/docker`, 0o755);
  const server = await openSshServer({ home });
  open.push(server);
  return { home, server };
};
afterAll(() => Promise.all(open.map((server) => server.close())));

let common: SshServer;
beforeAll(async () => {
  common = (await served()).server;
});

describe('over ssh and sudo', () => {
  hostContract('remote host', async () => remoteHost('guest', { configFile: common.configFile, sudo: true }));
});

const asRoot = (server: SshServer): Host =>
  remoteHost('guest', { configFile: server.configFile, sudo: true });

describe('a login that sudo makes root', () => {
  it('runs its commands as the user that sudo sets', async () => {
    const { server } = await served();
    const host = asRoot(server);
    const { stdout } = await host.run({ argv: ['sh', '-c', 'echo "$SUDO_USER $HOME $LC_ALL"'] });
    expect(stdout).toBe('tester /root C\n');
    await host.close();
  });

  it('is refused with the sudo rule that is missing', async () => {
    const { home, server } = await served();
    await writeFile(`${home}/sudo-refuses`, '');
    const host = asRoot(server);
    const refused = host.run({ argv: ['true'] });
    await expect(refused).rejects.toBeInstanceOf(InvalidInput);
    await expect(refused).rejects.toThrow(
      'sudo on guest does not let tester run commands as root (a password is required): ' +
        'put "tester ALL=(root) NOPASSWD: /bin/sh" into /etc/sudoers.d/precopy on guest',
    );
    await host.close();
  });

  it('reaches a unix socket by a command that may open it', async () => {
    const { home, server } = await served();
    const path = `${home}/socket`;
    const echo = createServer((socket) => socket.pipe(socket));
    await new Promise<void>((resolve) => echo.listen(path, resolve));
    atEnd(() => echo.close());
    const host = asRoot(server);
    const stream = await host.dial(path);
    stream.write('.hello');
    for await (const chunk of stream) {
      expect(String(chunk)).toBe('.hello');
      break;
    }
    await expect(host.dial(`${home}/none`)).rejects.toThrow('there is no such socket');
    await host.close();
  });
});
