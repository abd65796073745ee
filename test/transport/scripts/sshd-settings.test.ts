import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeProgram, startScript, temporaryDirectory } from './start-script.ts';

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExampleExampleExampleExampleExampleExample host';

/** A search path with an sshd that answers `-T` as given. */
const withSshd = async (settings: (directory: string) => string): Promise<string> => {
  const directory = await temporaryDirectory();
  const programs = join(directory, 'bin');
  await mkdir(programs);
  await writeFile(join(directory, 'settings'), settings(directory));
  await writeFile(join(directory, 'host-key.pub'), `${KEY}\n`);
  await makeProgram(join(programs, 'sshd'), `#!/bin/sh\ncat ${directory}/settings\n`);
  return `${programs}:${process.env['PATH']}`;
};

// OpenSSH 10.4 and later write option names as its manual does, earlier ones in small letters.
describe.each([
  ['in small letters', (text: string) => text.toLowerCase()],
  ['as in the manual', (text: string) => text],
])('settings of sshd %s', (_, spell) => {
  it('name the host keys', async () => {
    const PATH = await withSshd((directory) => `Port 22\n${spell('HostKey')} ${directory}/host-key\n`);
    const { ended } = await startScript('host-keys', [], { PATH });
    expect((await ended).told).toEqual([KEY]);
  });

  it('tell that it forwards and compresses nothing', async () => {
    const PATH = await withSshd(
      () => `Port 22\n${spell('AllowTcpForwarding')} no\n${spell('Compression')} no\n`,
    );
    const { ended } = await startScript('host-facts', ['runc', '/tmp', 'destination'], { PATH });
    const { told } = await ended;
    expect(told).toContain('tcp-forwarding no');
    expect(told).toContain('ssh-compression no');
  });
});
