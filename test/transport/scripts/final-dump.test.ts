import { type ChildProcess, spawn } from 'node:child_process';
import { appendFile, chmod, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { describe, expect, it, test } from 'vitest';
import { localHost } from '../../../transport/host/local-host.ts';
import { criuConfig } from '../../../transport/runc/checkpoint.ts';
import { scriptArgv, scriptText } from '../../../transport/script.ts';
import { planFor } from '../plan.ts';
import { eventually } from './eventually.ts';
import { atEnd, fixture, type StartedScript, startScript, temporaryDirectory } from './start-script.ts';

const rootfs = { kind: 'directory', path: '/containers/shop/rootfs' } as const;

/** A process number that is never given out: it exceeds the kernel's highest limit. */
const NOBODY = '4194305';

interface Setting {
  readonly directory: string;
  readonly outcome: string;
}

/** A migration's directory on the source, as `Source.prepare` leaves it. */
const prepared = async (cgroup = ''): Promise<Setting> => {
  const directory = `${await temporaryDirectory()}/migration`;
  await localHost().run({ argv: scriptArgv('make-source-directory', directory) });
  const hold = `${directory}/source-hold.sh`;
  await writeFile(hold, scriptText('source-hold'));
  await chmod(hold, 0o700);
  await writeFile(`${directory}/cgroup`, cgroup);
  await writeFile(`${directory}/final.conf`, criuConfig(planFor(rootfs), hold));
  return { directory, outcome: `${directory}/outcome` };
};

const startDump = (
  { directory, outcome }: Setting,
  { pid = NOBODY, seconds = '', silence = '15' } = {},
): Promise<StartedScript> =>
  startScript('final-dump', [directory, pid, fixture('dump-like-criu.sh'), outcome, seconds], {
    PRECOPY_SILENCE: silence,
  });

const read = (file: string): Promise<string> => readFile(file, 'utf8');

/** The processes of the keeper script, which share a command line; not the dump. */
const keepersOf = async ({ directory }: Setting): Promise<readonly number[]> => {
  const keeper = Number(await read(`${directory}/keeper`));
  const children = (await read(`/proc/${keeper}/task/${keeper}/children`)).trim().split(' ').map(Number);
  const own = await read(`/proc/${keeper}/cmdline`);
  const kept = await Promise.all(
    children.map(async (pid) => ((await read(`/proc/${pid}/cmdline`)) === own ? [pid] : [])),
  );
  return [...kept.flat(), keeper];
};

/** A process in a pid namespace of its own, and a folder that says it is alone in its cgroup. */
const contained = async (): Promise<{ cgroup: string; named: string }> => {
  const outer = spawn('unshare', ['--pid', '--fork', '--kill-child', 'sleep', '60'], { stdio: 'ignore' });
  // Its child goes with it.
  atEnd(() => outer.kill('SIGKILL'));
  const children = `/proc/${outer.pid}/task/${outer.pid}/children`;
  const pid = await eventually(async () => {
    const [child = ''] = (await read(children)).trim().split(' ');
    if (child === '') throw new Error('unshare has not forked yet');
    return child;
  });
  const cgroup = await temporaryDirectory();
  await writeFile(`${cgroup}/cgroup.procs`, `${pid}\n`);
  return { cgroup, named: `${pid}\n${cgroup}\n` };
};

/** A sleeping process that is stopped by ptrace when asked. */
const traceable = async (sleep: string): Promise<{ pid: string; trace(): Promise<void> }> => {
  const tracer = spawn('perl', [fixture('traced-process.pl'), sleep, '1000'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  atEnd(() => ended(tracer));
  const lines = createInterface({ input: tracer.stdout })[Symbol.asyncIterator]();
  const { value: pid } = await lines.next();
  return {
    pid: String(pid),
    trace: async () => {
      tracer.stdin.write('trace\n');
      expect((await lines.next()).value).toBe('traced');
    },
  };
};

const ended = (tracer: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    tracer.once('exit', () => resolve());
    tracer.stdin?.end();
  });

describe.concurrent('final-dump.sh', () => {
  it('kills the source on `kill`, and says so with exit 0', async () => {
    const setting = await prepared();
    const dump = await startDump(setting);
    await dump.says('held');
    dump.write('kill\n');
    expect((await dump.ended).told).toEqual(['held', 'exit 0']);
    expect(await read(setting.outcome)).toBe('killed\n');
  });

  it('holds the source until there is a verdict', async () => {
    const setting = await prepared();
    const dump = await startDump(setting);
    await dump.says('held');
    dump.write('beat\n');
    dump.write('no verdict at all\n');
    // More than one look of the hold script whether its keeper is there.
    await new Promise((resolve) => setTimeout(resolve, 1200));
    expect(dump.told).toEqual(['held']);
    dump.write('thaw\n');
    await dump.ended;
  });

  it('lets the source go on with `thaw`, and fails', async () => {
    const setting = await prepared();
    const dump = await startDump(setting);
    await dump.says('held');
    dump.write('thaw\n');
    expect((await dump.ended).told).toEqual(['held', 'exit 1']);
    expect(await read(setting.outcome)).toBe('thawed at post-dump\n');
  });

  it('obeys a `thaw` that comes before the dump is ready to be held', async () => {
    const setting = await prepared();
    const dump = await startDump(setting, { seconds: '0.3' });
    dump.write('thaw\n');
    expect((await dump.ended).told.at(-1)).toBe('exit 1');
    expect(await read(setting.outcome)).toBe('thawed at post-dump\n');
  });

  it('stays with its first verdict', async () => {
    const setting = await prepared();
    const dump = await startDump(setting);
    await dump.says('held');
    dump.write('thaw\nkill\n');
    expect((await dump.ended).told.at(-1)).toBe('exit 1');
  });

  it('thaws when its input ends: the controller is gone', async () => {
    const setting = await prepared();
    const dump = await startDump(setting);
    await dump.says('held');
    dump.endInput();
    expect((await dump.ended).told).toEqual(['held', 'exit 1']);
  });

  it('thaws when no beat comes, although the input stays open', async () => {
    const setting = await prepared();
    const dump = await startDump(setting, { silence: '0.2' });
    expect((await dump.ended).told).toEqual(['held', 'exit 1']);
    expect(await read(setting.outcome)).toBe('thawed at post-dump\n');
  });

  it('goes on holding as long as beats come', async () => {
    const setting = await prepared();
    const dump = await startDump(setting, { silence: '1.5' });
    await dump.says('held');
    for (let beat = 0; beat < 7; beat += 1) {
      dump.write('beat\n');
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    dump.write('kill\n');
    expect((await dump.ended).told).toEqual(['held', 'exit 0']);
  });

  it('gives the source back when its keeper is killed, with all that could pass on a verdict', async () => {
    const setting = await prepared();
    const dump = await startDump(setting);
    await dump.says('held');
    for (const pid of await keepersOf(setting)) process.kill(pid, 'SIGKILL');
    await eventually(async () => expect(await read(setting.outcome)).toBe('thawed at post-dump\n'));
  });

  it('tells how a dump ended that failed by itself', async () => {
    const { directory } = await prepared();
    const dump = await startScript('final-dump', [directory, NOBODY, 'sh', '-c', 'echo why >&2; exit 5']);
    expect((await dump.ended).told).toEqual(['exit 5']);
    expect(await read(`${directory}/final.out`)).toBe('why\n');
  });

  it('passes on whole what is said just before the end', async () => {
    const { directory } = await prepared();
    const say = 'for each in {1..500}; do echo "event $each"; done >"$0/events"';
    const dump = await startScript('final-dump', [directory, NOBODY, 'bash', '-c', say, directory]);
    const events = Array.from({ length: 500 }, (_, index) => `event ${index + 1}`);
    expect((await dump.ended).told).toEqual([...events, 'exit 0']);
  });

  it('gives criu no way to the FIFOs but its script, and no input', async () => {
    const { directory } = await prepared();
    const look = 'for fd in /proc/$$/fd/*; do readlink "$fd"; done; true';
    const dump = await startScript('final-dump', [directory, NOBODY, 'bash', '-c', look]);
    expect((await dump.ended).told).toEqual(['exit 0']);
    const open = (await read(`${directory}/final.out`)).split('\n');
    expect(open[0]).toBe('/dev/null');
    expect(open.filter((path) => /(events|verdict)$/.test(path))).toEqual([]);
  });

  it('says `killed` when the whole cgroup was killed, before criu has ended', async () => {
    const container = await contained();
    const setting = await prepared(container.named);
    const dump = await startDump(setting);
    await dump.says('held');
    dump.write('kill\n');
    expect((await dump.ended).told).toEqual(['held', 'killed', 'exit 0']);
    expect(await read(`${container.cgroup}/cgroup.kill`)).toBe('1\n');
  });

  it('does not say `killed` where the kernel cannot kill a cgroup', async () => {
    const container = await contained();
    // Not even root can write to a directory.
    await mkdir(`${container.cgroup}/cgroup.kill`);
    const setting = await prepared(container.named);
    const dump = await startDump(setting);
    await dump.says('held');
    dump.write('kill\n');
    expect((await dump.ended).told).toEqual(['held', 'exit 0']);
  });

  it.each(['cgroup.procs', 'below/cgroup.procs'])(
    'leaves the kill to criu when somebody else is in the cgroup (%s)',
    async (procs) => {
      const container = await contained();
      await mkdir(`${container.cgroup}/below`);
      await appendFile(`${container.cgroup}/${procs}`, `${process.pid}\n`);
      const dump = await startDump(await prepared(container.named));
      await dump.says('held');
      dump.write('kill\n');
      expect((await dump.ended).told).toEqual(['held', 'exit 0']);
      await expect(read(`${container.cgroup}/cgroup.kill`)).rejects.toThrow('ENOENT');
    },
  );

  it('leaves the kill to criu when the container shares the pid namespace of its host', async () => {
    const cgroup = await temporaryDirectory();
    await writeFile(`${cgroup}/cgroup.procs`, `${process.pid}\n`);
    const dump = await startDump(await prepared(`${process.pid}\n${cgroup}\n`));
    await dump.says('held');
    dump.write('kill\n');
    expect((await dump.ended).told).toEqual(['held', 'exit 0']);
  });

  it('does not kill the cgroup of a source that is to go on', async () => {
    const container = await contained();
    const setting = await prepared(container.named);
    const dump = await startDump(setting);
    await dump.says('held');
    dump.endInput();
    await dump.ended;
    await expect(read(`${container.cgroup}/cgroup.kill`)).rejects.toThrow('ENOENT');
  });

  test.each(['plain', 'with ) t\nline end'])(
    'says `frozen` once the first process is traced, not before (name: %j)',
    async (name) => {
      const setting = await prepared();
      const sleep = `${setting.directory}/${name}`;
      await symlink('/bin/sleep', sleep);
      const { pid, trace } = await traceable(sleep);
      const dump = await startDump(setting, { pid });
      await dump.says('held');
      await new Promise((resolve) => setTimeout(resolve, 100));
      expect(dump.told).not.toContain('frozen');
      await trace();
      await dump.says('frozen');
      dump.write('thaw\n');
      expect((await dump.ended).told).toEqual(['held', 'frozen', 'exit 1']);
    },
  );
});
