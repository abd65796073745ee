import { chmod, mkdir, readdir, readFile, readlink, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { localHost } from '../../../transport/host/local-host.ts';
import { criuConfig } from '../../../transport/runc/checkpoint.ts';
import { scriptArgv, scriptText } from '../../../transport/script.ts';
import { planFor } from '../plan.ts';
import { eventually } from './eventually.ts';
import { atEnd, fixture, type StartedScript, startScript, temporaryDirectory } from './start-script.ts';

const rootfs = { kind: 'directory', path: '/containers/shop/rootfs' } as const;

interface Setting {
  readonly directory: string;
  /** Tells how the restore went; absent until it began. */
  readonly outcome: string;
}

/** A migration's directory on the destination, as `Destination.prepare` leaves it. */
const prepared = async (): Promise<Setting> => {
  const directory = `${await temporaryDirectory()}/migration`;
  await localHost().run({
    argv: scriptArgv('make-destination-directory', directory, 'm1', `${directory}/rootfs`),
  });
  const hold = `${directory}/destination-hold.sh`;
  await writeFile(hold, scriptText('destination-hold'));
  await chmod(hold, 0o700);
  await writeFile(`${directory}/restore.conf`, criuConfig(planFor(rootfs), hold));
  return { directory, outcome: `${directory}/outcome` };
};

const park = async (
  { directory, outcome }: Setting,
  { log = '', container = ['true'] } = {},
): Promise<StartedScript> => {
  const parked = await startScript('parked-restore', [
    directory,
    log,
    fixture('restore-like-criu.sh'),
    outcome,
    ...container,
  ]);
  await parked.says('parked');
  return parked;
};

/** As the source does, by way of hand-over.sh. */
const tellRestore = async ({ directory }: { readonly directory: string }): Promise<void> => {
  await mkdir(`${directory}/claimed`);
  await writeFile(`${directory}/verdict`, 'restore\n');
};

const read = (file: string): Promise<string> => readFile(file, 'utf8');
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Ends the container and what it started; they have the process group of the script that started them. */
const killGroup = async (pidFile: string): Promise<void> => {
  const pid = (await read(pidFile).catch(() => 'none')).trim();
  const stat = await read(`/proc/${pid}/stat`).catch(() => '');
  const group = Number(stat.slice(stat.lastIndexOf(') ') + 2).split(' ')[2]);
  if (group > 1) process.kill(-group, 'SIGKILL');
};

/** Processes that have a file open. */
const holdersOf = async (file: string): Promise<readonly string[]> => {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const holds = async (pid: string): Promise<boolean> => {
    const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => []);
    const targets = descriptors.map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => ''));
    return (await Promise.all(targets)).includes(file);
  };
  const found = await Promise.all(pids.map(async (pid) => ((await holds(pid)) ? [pid] : [])));
  return found.flat();
};

describe.concurrent('parked-restore.sh', () => {
  it('does nothing before it is told to restore', async () => {
    const setting = await prepared();
    const parked = await park(setting);
    await pause(100);
    await expect(read(setting.outcome)).rejects.toThrow('ENOENT');
    parked.endInput();
    await parked.ended;
  });

  it.each(['', 'discard\n'])('ends without a trace when called off before it (%j)', async (farewell) => {
    const setting = await prepared();
    const parked = await park(setting);
    parked.write(farewell);
    parked.endInput();
    expect(await parked.ended).toMatchObject({ told: ['parked'], exit: { exitCode: 0 } });
    await expect(read(setting.outcome)).rejects.toThrow('ENOENT');
  });

  it('holds the processes once they exist, and lets them run on `resume`', async () => {
    const setting = await prepared();
    const parked = await park(setting);
    await tellRestore(setting);
    await parked.says('prepared');
    expect(await read(setting.outcome)).toBe('started\n');
    parked.write('resume\n');
    expect((await parked.ended).told).toEqual(['parked', 'prepared', 'resumed', 'exit 0']);
    expect(await read(setting.outcome)).toBe('running\n');
    // The runtime has it.
    await read(`${setting.directory}/started`);
  });

  it('is not prepared before images on a disk, and the files, are sure to be there', async () => {
    const setting = await prepared();
    await writeFile(`${setting.directory}/on-disk`, '');
    await writeFile(`${setting.directory}/rsyncd.conf`, `[files-0]\npath = ${setting.directory}/not there\n`);
    const parked = await park(setting);
    await tellRestore(setting);
    expect((await parked.ended).told).not.toContain('prepared');
    expect(await read(setting.outcome)).toBe('destroyed at post-restore\n');
  });

  it('passes on whole what is said just before the end', async () => {
    const { directory } = await prepared();
    const setting = { directory };
    const say = 'for each in {1..500}; do echo "event $each"; done >"$0/events"';
    const parked = await startScript('parked-restore', [directory, '', 'bash', '-c', say, directory]);
    await tellRestore(setting);
    const events = Array.from({ length: 500 }, (_, index) => `event ${index + 1}`);
    expect((await parked.ended).told).toEqual(['parked', ...events, 'exit 0']);
  });

  it('does not say that processes run which nobody lets run any more', async () => {
    const setting = await prepared();
    const parked = await park(setting);
    await tellRestore(setting);
    await parked.says('prepared');
    const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
    for (const pid of pids) {
      const command = await read(`/proc/${pid}/cmdline`).catch(() => '');
      const [, script = '', outcome] = command.split('\0');
      if (!script.endsWith('restore-like-criu.sh') || outcome !== setting.outcome) continue;
      process.kill(Number(pid), 'SIGKILL');
      // Its children have another parent once it is dead, not once it is told to be.
      await eventually(async () =>
        expect(await read(`/proc/${pid}/stat`).catch(() => ') Z')).toContain(') Z'),
      );
    }
    await writeFile(`${setting.directory}/verdict`, 'resume\n');
    expect((await parked.ended).told.at(-1)).toBe('exit 137');
    await pause(300);
    await expect(read(`${setting.directory}/resumed`)).rejects.toThrow('ENOENT');
    // What the restore had made is known, and is ended by whoever clears up.
    const [pid = ''] = (await read(`${setting.directory}/copy`)).split(' ');
    await eventually(async () => expect(await read(`/proc/${pid}/comm`)).toBe('sleep\n'));
    for (const _ of ['once', 'twice'])
      await localHost().run({ argv: scriptArgv('end-copy', setting.directory) });
    // Nobody may be there to reap it.
    expect(await read(`/proc/${pid}/stat`).catch(() => ') Z')).toContain(') Z');
  });

  it.each(['$pid 1', '-1 1', ' ', 'x'])('ends no process by a note that is not of it (%j)', async (note) => {
    const { directory } = await prepared();
    await writeFile(`${directory}/copy`, `${note.replace('$pid', String(process.pid))}\n`);
    expect(await localHost().probe({ argv: scriptArgv('end-copy', directory) })).toMatchObject({
      exitCode: 0,
    });
  });

  it('can be done again once nothing is left of it, without the source, as long as there are images', async () => {
    const setting = await prepared();
    await mkdir(`${setting.directory}/claimed`);
    await writeFile(`${setting.directory}/prepared`, '');
    await writeFile(`${setting.directory}/resumed`, '');
    const host = localHost();
    const forget = { argv: scriptArgv('forget-restore', setting.directory) };
    expect(await host.probe(forget)).toMatchObject({ exitCode: 1 });
    await writeFile(`${setting.directory}/images/final/inventory.img`, '');
    await host.run(forget);
    const parked = await park(setting);
    await host.run({ argv: scriptArgv('give-verdict', setting.directory, 'restore') });
    await parked.says('prepared');
    // One restore, whoever asks.
    expect(
      await host.probe({ argv: scriptArgv('give-verdict', setting.directory, 'restore') }),
    ).toMatchObject({ exitCode: 1 });
    parked.write('resume\n');
    expect((await parked.ended).told).toEqual(['parked', 'prepared', 'resumed', 'exit 0']);
  });

  it('has the processes ended on `discard`', async () => {
    const setting = await prepared();
    const parked = await park(setting);
    await tellRestore(setting);
    await parked.says('prepared');
    parked.write('discard\n');
    expect((await parked.ended).told).toEqual(['parked', 'prepared', 'exit 1']);
    expect(await read(setting.outcome)).toBe('destroyed at post-restore\n');
    await expect(read(`${setting.directory}/started`)).rejects.toThrow('ENOENT');
  });

  it('remembers a `discard` that comes before the processes exist', async () => {
    const setting = await prepared();
    const parked = await park(setting);
    await tellRestore(setting);
    parked.write('discard\n');
    parked.endInput();
    expect((await parked.ended).told.at(-1)).toBe('exit 1');
    expect(await read(setting.outcome)).toBe('destroyed at post-restore\n');
  });

  it('takes no restore once it was called off, and no end of input for a reason once it was asked for one', async () => {
    const off = await prepared();
    const parked = await park(off);
    parked.endInput();
    await parked.ended;
    await expect(mkdir(`${off.directory}/claimed`)).rejects.toThrow('EEXIST');
    const asked = await prepared();
    const other = await park(asked);
    await mkdir(`${asked.directory}/claimed`);
    other.endInput();
    await pause(200);
    expect(other.told).toEqual(['parked']);
    await writeFile(`${asked.directory}/verdict`, 'restore\n');
    await other.says('prepared');
    await writeFile(`${asked.directory}/verdict`, 'discard\n');
    await other.ended;
  });

  it('takes no `resume` for a restore that nobody asked for', async () => {
    const setting = await prepared();
    const parked = await park(setting);
    parked.write('resume\n');
    await pause(200);
    expect(parked.told).toEqual(['parked']);
    await tellRestore(setting);
    await parked.says('prepared');
    await pause(100);
    expect(await read(setting.outcome)).toBe('started\n');
    parked.write('discard\n');
    await parked.ended;
  });

  it('writes down that the processes may run, before they do', async () => {
    const setting = await prepared();
    const parked = await park(setting);
    await tellRestore(setting);
    await parked.says('prepared');
    await read(`${setting.directory}/prepared`);
    await expect(read(`${setting.directory}/resumed`)).rejects.toThrow('ENOENT');
    parked.write('resume\n');
    await parked.ended;
    await read(`${setting.directory}/resumed`);
  });

  it('keeps the processes stopped when the controller goes away, until somebody gives the verdict', async () => {
    const setting = await prepared();
    const parked = await park(setting);
    await tellRestore(setting);
    await parked.says('prepared');
    parked.endInput();
    await pause(300);
    expect(await read(setting.outcome)).toBe('started\n');
    expect(parked.told).toEqual(['parked', 'prepared']);
    await writeFile(`${setting.directory}/verdict`, 'resume\n');
    expect((await parked.ended).told).toEqual(['parked', 'prepared', 'resumed', 'exit 0']);
  });

  it('passes on why a restore failed by itself', async () => {
    const { directory } = await prepared();
    const setting = { directory };
    const parked = await startScript('parked-restore', [directory, '', 'sh', '-c', 'echo why >&2; exit 9']);
    await tellRestore(setting);
    expect((await parked.ended).told).toEqual(['parked', 'exit 9']);
    expect(await read(`${directory}/restore.out`)).toBe('why\n');
  });

  it('fails without restoring when the root filesystem cannot be mounted', async () => {
    const setting = await prepared();
    const nowhere = `${setting.directory}/nowhere`;
    await writeFile(
      `${setting.directory}/mount`,
      `${nowhere}\nlowerdir=${nowhere},upperdir=${nowhere},workdir=${nowhere}\n`,
    );
    const parked = await park(setting);
    await tellRestore(setting);
    const { told, exit } = await parked.ended;
    expect(told).toEqual(['parked']);
    expect(exit.exitCode).toBe(1);
    await expect(read(setting.outcome)).rejects.toThrow('ENOENT');
  });

  it("writes the container's output to the log, and its input never ends", async () => {
    const setting = await prepared();
    const log = `${setting.directory}/output.log`;
    await writeFile(log, 'from before\n');
    const waiting = 'echo $$ >"$0"; echo to stdout; echo to stderr >&2; cat; echo input has ended';
    const pidFile = `${setting.directory}/container`;
    const parked = await park(setting, { log, container: ['sh', '-c', waiting, pidFile] });
    atEnd(() => killGroup(pidFile));
    await tellRestore(setting);
    parked.write('resume\n');
    // The container holds nothing of the script's own output: otherwise this would not resolve.
    expect((await parked.ended).told.at(-1)).toBe('exit 0');
    await eventually(async () => expect(await read(log)).toBe('from before\nto stdout\nto stderr\n'));
    await pause(200);
    expect(await read(log)).not.toContain('input has ended');
  });

  it('has no process left once the container has ended', async () => {
    const setting = await prepared();
    const log = `${setting.directory}/output.log`;
    const pidFile = `${setting.directory}/container`;
    const parked = await park(setting, { log, container: ['sh', '-c', 'echo $$ >"$0"; cat', pidFile] });
    atEnd(() => killGroup(pidFile));
    await tellRestore(setting);
    parked.write('resume\n');
    await parked.ended;
    await eventually(async () => expect(await holdersOf(log)).toHaveLength(1));
    await killGroup(pidFile);
    await eventually(async () => expect(await holdersOf(log)).toEqual([]));
  });
});
