import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseRecords } from '../../../transport/door/records.ts';
import { criuSettings } from '../../../transport/keeper/criu-settings.ts';
import { atEnd, makeProgram, startScript, temporaryDirectory } from './start-script.ts';

describe('host-facts.sh', () => {
  it("tells criu's configuration line by line, without what criu does not read", async () => {
    const HOME = await temporaryDirectory();
    await mkdir(join(HOME, '.criu'));
    await writeFile(
      join(HOME, '.criu/default.conf'),
      '# first\n\n  tcp-close\npre-dump-mode read # slow\n  # indented\nexternal "mnt[/a  b]:c"\nleave-running',
    );
    const { ended } = await startScript('host-facts', ['runc', '/tmp', 'destination'], { HOME });
    const file = `${HOME}/.criu/default.conf`;
    const settings = criuSettings(parseRecords((await ended).told.join('\n')));
    expect(settings.filter((each) => each.file === file)).toEqual(
      [
        { line: 3, option: 'tcp-close', value: '' },
        { line: 4, option: 'pre-dump-mode', value: 'read' },
        { line: 6, option: 'external', value: 'mnt[/a  b]:c' },
        { line: 7, option: 'leave-running', value: '' },
      ].map((each) => ({ file, last: false, ...each })),
    );
  });
});

describe('docker-exec-root.sh', () => {
  /** A process that looks like a daemon with these arguments, and is found as the only one. */
  const daemon = async (directory: string, ...args: readonly string[]): Promise<string> => {
    await makeProgram(join(directory, 'dockerd'), '#!/bin/bash\nread -r line\n');
    const child: ChildProcess = spawn(join(directory, 'dockerd'), args, {
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    atEnd(async () => {
      const exit = once(child, 'exit');
      child.stdin?.end();
      await exit;
    });
    await makeProgram(join(directory, 'pgrep'), `#!/bin/sh\necho ${child.pid}\n`);
    return `${directory}:${process.env['PATH']}`;
  };
  const told = async (PATH: string): Promise<readonly string[]> => {
    const { ended } = await startScript('docker-exec-root', [], { PATH });
    return (await ended).told;
  };

  it.each([
    ['two arguments', ['--exec-root', '/srv/run']],
    ['one argument', ['--debug', '--exec-root=/srv/run']],
  ])('finds it on the command line, as %s', async (_, args) => {
    const PATH = await daemon(await temporaryDirectory(), ...args);
    expect(await told(PATH)).toContain('exec-root /srv/run');
  });

  it('prints the configuration file that the daemon was told to read', async () => {
    const directory = await temporaryDirectory();
    const text = '{"exec-root": "/srv/run"}';
    await writeFile(join(directory, 'docker.json'), text);
    const PATH = await daemon(directory, '--config-file', join(directory, 'docker.json'));
    expect(await told(PATH)).toEqual([
      `config ${join(directory, 'docker.json')}`,
      `config-content ${Buffer.from(text).toString('base64')}`,
    ]);
  });

  it('prints nothing where no daemon runs', async () => {
    const directory = await temporaryDirectory();
    await makeProgram(join(directory, 'pgrep'), '#!/bin/sh\nexit 1\n');
    expect(await told(`${directory}:${process.env['PATH']}`)).toEqual([]);
  });
});
