import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { scriptArgv, scriptText } from '../../../transport/door/script.ts';
import { localHost } from '../../../transport/host/local-host.ts';
import { parseStat } from '../../../transport/host/process-id.ts';
import { endProcesses } from '../../../transport/keeper/end-processes.ts';
import { type MigrationFacts, readMigrationFacts } from '../../../transport/keeper/migration-facts.ts';
import { eventually } from './eventually.ts';
import { atEnd, startScript, temporaryDirectory } from './start-script.ts';

const started = (argv0: string, ...args: readonly string[]): ChildProcess => {
  // A process that waits, under another name and with words that mean nothing to it.
  const child = spawn('bash', ['-c', 'read -r', argv0, ...args], { stdio: ['pipe', 'ignore', 'ignore'] });
  atEnd(() => child.kill('SIGKILL'));
  return child;
};
const look = (directory: string): Promise<MigrationFacts> => readMigrationFacts(localHost(), directory);

/** As the first process of a pid namespace, which takes in what has lost its parent. */
const besideAnOrphan =
  '(bash -c "sleep 60; true" "$1" </dev/null >/dev/null 2>&1 &); bash -c "$0" precopy-migration-facts "$2"';

describe.concurrent('migration-facts.sh', () => {
  it('finds nothing where there is nothing', async () => {
    expect(await look(`${await temporaryDirectory()}/none`)).toEqual({
      migration: undefined,
      notes: new Set(),
      decided: undefined,
      atWork: [],
    });
  });

  it('tells whose directory it is, and how far it got', async () => {
    const directory = `${await temporaryDirectory()}/shop`;
    await localHost().run({ argv: scriptArgv('make-destination-directory', directory, 'm1') });
    expect(await look(directory)).toMatchObject({ migration: 'm1', notes: new Set() });
    await mkdir(`${directory}/claimed`);
    for (const name of ['prepared', 'resumed', 'images/final/inventory.img'])
      await writeFile(`${directory}/${name}`, '');
    await writeFile(`${directory}/killed`, '');
    expect(await look(directory)).toMatchObject({
      notes: new Set(['claimed', 'prepared', 'resumed', 'dumped', 'killed']),
    });
  });

  it('tells of a directory that nobody noted', async () => {
    expect(await look(await temporaryDirectory())).toMatchObject({ migration: '' });
  });

  it('knows a criu whose runtime is gone', async () => {
    const directory = await temporaryDirectory();
    const title = `criu: restore --rpc -D ${directory}/images/final`;
    const facts = scriptText('migration-facts');
    const { stdout } = await localHost().run({
      argv: [
        'unshare',
        '--pid',
        '--fork',
        '--mount-proc',
        'bash',
        '-c',
        besideAnOrphan,
        facts,
        title,
        directory,
      ],
    });
    expect(stdout).toMatch(/^process stray-criu \d+$/m);
  });

  it.each([
    ['final-dump', ['precopy-final-dump', 'D']],
    ['page-server', ['precopy-page-server', 'D/images/0']],
    ['restore', ['x', '--root', '/r', 'restore', '--image-path', 'D/images/final', 'shop']],
    ['checkpoint', ['x', '--root', '/r', 'checkpoint', '--pre-dump', '--image-path', 'D/images/0', 'shop']],
    ['restore', ['criu: restore --rpc -D D/images/final']],
    ['destination-hold', ['D/destination-hold.sh']],
  ] as const)('knows who is at work: %s', async (name, words) => {
    const directory = await temporaryDirectory();
    const [argv0, ...args] = words.map((word) => word.replace(/\bD(?=\/|$)/, directory));
    const child = started(argv0 ?? '', ...args);
    await eventually(async () =>
      expect((await look(directory)).atWork).toEqual([{ name, pid: String(child.pid) }]),
    );
    // Another container's directory whose name begins alike.
    expect((await look(directory.slice(0, -1))).atWork).toEqual([]);
    const exit = once(child, 'exit');
    await endProcesses(localHost(), (await look(directory)).atWork);
    await exit;
    expect((await look(directory)).atWork).toEqual([]);
  });
});

describe.concurrent('process-facts.sh', () => {
  const factsOf = async (pid: number, start: string): Promise<readonly string[]> => {
    const argv = scriptArgv('process-facts', pid, start, '');
    return (await localHost().run({ argv })).stdout.trim().split('\n');
  };
  const startOf = async (pid: number): Promise<string> =>
    parseStat(await readFile(`/proc/${pid}/stat`, 'utf8'))?.startTime ?? '';

  it('tells a process from a later one with its number, and in which start of the machine', async () => {
    const child = started('shop');
    const pid = child.pid ?? 0;
    const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
    const start = await startOf(pid);
    expect(await factsOf(pid, start)).toEqual([`boot ${boot}`, 'process alive']);
    expect(await factsOf(pid, String(Number(start) - 1))).toEqual([`boot ${boot}`, 'process gone']);
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
    expect(await factsOf(pid, start)).toEqual([`boot ${boot}`, 'process gone']);
  });

  it('sees that somebody traces it', async () => {
    const child = started('shop');
    const pid = child.pid ?? 0;
    const tracer = spawn(
      'perl',
      ['-e', `syscall(101, 0x4206, ${pid}, 0, 0) == 0 or die; print "on\\n"; $| = 1; sleep 100`],
      {
        stdio: ['ignore', 'ignore', 'inherit'],
      },
    );
    atEnd(() => tracer.kill('SIGKILL'));
    await eventually(async () => expect(await factsOf(pid, await startOf(pid))).toContain('held'));
  });
});

describe.concurrent('give-verdict.sh', () => {
  it('calls off what is parked, so that nobody else can begin it', async () => {
    const directory = `${await temporaryDirectory()}/shop`;
    await localHost().run({ argv: scriptArgv('make-destination-directory', directory, 'm1') });
    const parked = await startScript('parked-restore', [directory, '', 'touch', `${directory}/restored`]);
    await parked.says('parked');
    await localHost().run({ argv: scriptArgv('give-verdict', directory, 'discard') });
    await parked.ended;
    expect((await look(directory)).notes).toEqual(new Set(['claimed']));
  });

  it('does not wait where nobody reads, and lets nothing run that is not held', async () => {
    const directory = `${await temporaryDirectory()}/shop`;
    await localHost().run({ argv: scriptArgv('make-destination-directory', directory, 'm1') });
    const give = (word: 'discard' | 'resume'): Promise<{ exitCode: number }> =>
      localHost().probe({ argv: scriptArgv('give-verdict', directory, word) });
    expect((await give('discard')).exitCode).toBe(0);
    expect((await give('resume')).exitCode).toBe(1);
  });
});
