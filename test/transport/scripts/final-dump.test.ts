import { type ChildProcess, spawn } from 'node:child_process';
import { appendFile, chmod, mkdir, open, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { describe, expect, it, test } from 'vitest';
import { localHost } from '../../../transport/host/local-host.ts';
import { criuConfig } from '../../../transport/runc/checkpoint.ts';
import { scriptArgv, scriptText } from '../../../transport/script.ts';
import { planFor } from '../plan.ts';
import { eventually } from './eventually.ts';
import { handOverThere, readVerdicts, type There } from './hand-over-there.ts';
import { atEnd, fixture, type StartedScript, startScript, temporaryDirectory } from './start-script.ts';

const rootfs = { kind: 'directory', path: '/containers/shop/rootfs' } as const;

/** A process number that is never given out: it exceeds the kernel's highest limit. */
const NOBODY = '4194305';

interface Setting {
  readonly directory: string;
  readonly outcome: string;
  readonly there: There;
  /** How the script calls ssh, line by line. */
  readonly calls: string;
}

/** A migration's directory on the source, as `Source.prepare` leaves it. */
const prepared = async (cgroup = ''): Promise<Setting> => {
  const directory = `${await temporaryDirectory()}/migration`;
  await localHost().run({ argv: scriptArgv('make-source-directory', directory, 'm1') });
  const hold = `${directory}/source-hold.sh`;
  await writeFile(hold, scriptText('source-hold'));
  await chmod(hold, 0o700);
  await writeFile(`${directory}/cgroup`, cgroup);
  await writeFile(`${directory}/final.conf`, criuConfig(planFor(rootfs), hold));
  await writeFile(`${directory}/ssh_config`, '');
  const calls = `${directory}/calls`;
  return { directory, outcome: `${directory}/outcome`, there: await handOverThere(), calls };
};

const startCommandOf = (
  { directory, there, calls }: Setting,
  argv: readonly string[],
  { pid = NOBODY, silence = '15' } = {},
): Promise<StartedScript> =>
  startScript('final-dump', [directory, pid, ...argv], {
    PRECOPY_SILENCE: silence,
    PATH: `${fixture('bin')}:${process.env['PATH']}`,
    SSH_CALLS: calls,
    SSH_GATE: `${there.directory}/gate.sh`,
  });

const startDump = (
  setting: Setting,
  { pid = NOBODY, seconds = '', after = '', silence = '15' } = {},
): Promise<StartedScript> =>
  startCommandOf(setting, [fixture('dump-like-criu.sh'), setting.outcome, seconds, after], { pid, silence });

/** Takes away the process at the far end of the connection, as when that is lost. */
const killPeer = async ({ there }: Setting): Promise<void> => {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  for (const pid of pids) {
    const command = await read(`/proc/${pid}/cmdline`).catch(() => '');
    if (command.includes(`${there.directory}/hand-over.sh`)) process.kill(Number(pid), 'SIGKILL');
  }
};

/** The destination has everything ready to run, and the source has heard it. */
const handOver = async ({ there }: Setting, dump: StartedScript): Promise<StartedScript> => {
  const verdicts = await readVerdicts(there.directory);
  atEnd(verdicts.kill);
  await dump.says('held');
  dump.write('hand-over\n');
  await verdicts.says('restore');
  await there.say('prepared');
  return verdicts;
};

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

/** The source counts as dead when criu has ended well, no sooner. */
const expectKilledByCriu = async (setting: Setting): Promise<void> => {
  const dump = await startDump(setting, { after: '0.3' });
  await handOver(setting, dump);
  await dump.says('killed');
  expect(await read(setting.outcome)).toBe('killed\n');
  await setting.there.say('resumed');
  expect((await dump.ended).told).toEqual(['held', 'killed', 'resumed', 'exit 0']);
};

describe.concurrent('final-dump.sh', () => {
  it('hands over: the destination restores, the source dies, the destination resumes', async () => {
    const setting = await prepared();
    const dump = await startDump(setting);
    const verdicts = await handOver(setting, dump);
    await verdicts.says('resume');
    // Not a moment before there was an end of the source.
    expect(await read(setting.outcome)).toBe('killed\n');
    await setting.there.say('resumed');
    expect((await dump.ended).told).toEqual(['held', 'killed', 'resumed', 'exit 0']);
    expect(verdicts.told).toEqual(['reading', 'restore', 'resume']);
    expect(await read(`${setting.directory}/decided`)).toBe('kill\n');
    await read(`${setting.directory}/killed`);
  });

  it('starts no dump when the destination cannot be reached', async () => {
    const setting = await prepared();
    await rm(`${setting.there.directory}/hand-over.sh`);
    const dump = await startDump(setting);
    const { told, exit } = await dump.ended;
    expect(told).toEqual(['thawed', 'exit 255']);
    expect(exit.stderr).toMatch(/hand-over\.sh: No such file/);
    await expect(read(setting.outcome)).rejects.toThrow('ENOENT');
  });

  it('holds the source until there is a verdict', async () => {
    const setting = await prepared();
    const dump = await startDump(setting);
    await dump.says('held');
    dump.write('beat\n');
    dump.write('no verdict at all\nkill\n');
    // Nobody asked for a restore: this is not its result.
    await setting.there.say('prepared');
    // More than one look of the hold script whether its keeper is there.
    await new Promise((resolve) => setTimeout(resolve, 1200));
    expect(dump.told).toEqual(['held']);
    dump.write('thaw\n');
    await dump.ended;
  });

  it('holds the source for as long as the restore takes, without anybody who asked for it', async () => {
    const setting = await prepared();
    const dump = await startDump(setting, { silence: '3' });
    const verdicts = await readVerdicts(setting.there.directory);
    atEnd(verdicts.kill);
    await dump.says('held');
    dump.write('hand-over\n');
    dump.endInput();
    await verdicts.says('restore');
    await new Promise((resolve) => setTimeout(resolve, 3500));
    await expect(read(setting.outcome)).rejects.toThrow('ENOENT');
    await setting.there.say('prepared');
    await verdicts.says('resume');
    await setting.there.say('resumed');
    expect((await dump.ended).told).toEqual(['held', 'killed', 'resumed', 'exit 0']);
  });

  it('lets the source go on when the destination cannot restore, and has what is there discarded', async () => {
    const setting = await prepared();
    const dump = await startDump(setting);
    const verdicts = await readVerdicts(setting.there.directory);
    atEnd(verdicts.kill);
    await dump.says('held');
    dump.write('hand-over\n');
    await verdicts.says('restore');
    await setting.there.say('failed');
    expect((await dump.ended).told).toEqual(['held', 'thawed', 'exit 1']);
    expect(await read(setting.outcome)).toBe('thawed at post-dump\n');
    expect(verdicts.told).not.toContain('resume');
  });

  it('lets the source go on when the connection is lost before the processes exist', async () => {
    const setting = await prepared();
    const dump = await startDump(setting);
    const verdicts = await readVerdicts(setting.there.directory);
    atEnd(verdicts.kill);
    await dump.says('held');
    dump.write('hand-over\n');
    await verdicts.says('restore');
    await killPeer(setting);
    expect((await dump.ended).told).toEqual(['held', 'thawed', 'exit 1']);
    expect(verdicts.told).not.toContain('resume');
  });

  it('says `resume` over a new connection when the old one was lost after the commit', async () => {
    const setting = await prepared();
    const dump = await startDump(setting);
    const verdicts = await readVerdicts(setting.there.directory);
    atEnd(verdicts.kill);
    await dump.says('held');
    dump.write('hand-over\n');
    await verdicts.says('restore');
    await writeFile(`${setting.there.directory}/prepared`, '');
    // What was said before the end is still heard.
    await setting.there.say('prepared');
    await dump.says('killed');
    await killPeer(setting);
    await writeFile(`${setting.there.directory}/resumed`, '');
    expect((await dump.ended).told).toEqual(['held', 'killed', 'resumed', 'exit 0']);
    expect(await read(setting.calls)).toContain('ControlPath=none');
  });

  it('does not tell the destination any more once it is known to run', async () => {
    const setting = await prepared();
    const dump = await startDump(setting);
    await handOver(setting, dump);
    await dump.says('killed');
    dump.write('settled\n');
    expect((await dump.ended).told.at(-1)).toBe('exit 0');
  });

  it('decides once: a `thaw` after the commit changes nothing', async () => {
    const setting = await prepared();
    const dump = await startDump(setting);
    await handOver(setting, dump);
    await dump.says('killed');
    dump.write('thaw\n');
    await setting.there.say('resumed');
    expect((await dump.ended).told).toEqual(['held', 'killed', 'resumed', 'exit 0']);
  });

  it('still hears a `thaw` after a long silence in the middle of the restore', async () => {
    const setting = await prepared();
    const dump = await startDump(setting, { silence: '3' });
    const verdicts = await readVerdicts(setting.there.directory);
    atEnd(verdicts.kill);
    await dump.says('held');
    dump.write('hand-over\n');
    await verdicts.says('restore');
    await new Promise((resolve) => setTimeout(resolve, 3500));
    dump.write('thaw\n');
    expect((await dump.ended).told).toEqual(['held', 'thawed', 'exit 1']);
  });

  it('does not kill what a killed criu has let go of', async () => {
    const container = await contained();
    const setting = await prepared(container.named);
    const dump = await startDump(setting);
    await dump.says('held');
    // For both directions: whoever reads may be gone by then.
    const verdict = await open(`${setting.directory}/verdict`, 'r+');
    const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
    for (const pid of pids) {
      const command = await read(`/proc/${pid}/cmdline`).catch(() => '');
      const [, script = '', outcome] = command.split('\0');
      if (script.endsWith('dump-like-criu.sh') && outcome === setting.outcome)
        process.kill(Number(pid), 'SIGKILL');
    }
    // Its death takes its time on a busy machine.
    await dump.says('thawed');
    // As a verdict that was given just before.
    await verdict.write('kill\n');
    await verdict.close();
    expect((await dump.ended).told.at(-1)).toBe('exit 137');
    await new Promise((resolve) => setTimeout(resolve, 300));
    await expect(read(`${container.cgroup}/cgroup.kill`)).rejects.toThrow('ENOENT');
    await expect(read(`${setting.directory}/killed`)).rejects.toThrow('ENOENT');
  });

  it('lets the source go on with `thaw`, and says so', async () => {
    const setting = await prepared();
    const dump = await startDump(setting);
    await dump.says('held');
    dump.write('thaw\n');
    expect((await dump.ended).told).toEqual(['held', 'thawed', 'exit 1']);
    expect(await read(setting.outcome)).toBe('thawed at post-dump\n');
    expect(await read(`${setting.directory}/decided`)).toBe('thaw\n');
  });

  it('lets the source go on with a `thaw` in the middle of the restore', async () => {
    const setting = await prepared();
    const dump = await startDump(setting);
    const verdicts = await readVerdicts(setting.there.directory);
    atEnd(verdicts.kill);
    await dump.says('held');
    dump.write('hand-over\n');
    await verdicts.says('restore');
    dump.write('thaw\n');
    await dump.says('thawed');
    // The copy over there is not wanted any more, and nobody else may be there to say so.
    await verdicts.says('discard');
    await dump.ended;
    expect(await read(setting.outcome)).toBe('thawed at post-dump\n');
  });

  it('frees a cgroup that a killed criu left frozen', async () => {
    const container = await contained();
    const setting = await prepared(container.named);
    await writeFile(`${container.cgroup}/cgroup.freeze`, '1\n');
    const dump = await startCommandOf(setting, ['sh', '-c', 'kill -9 $$']);
    expect((await dump.ended).told).toEqual(['thawed', 'exit 137']);
    expect(await read(`${container.cgroup}/cgroup.freeze`)).toBe('0\n');
  });

  it('obeys a `thaw` that comes before the dump is ready to be held', async () => {
    const setting = await prepared();
    const dump = await startDump(setting, { seconds: '0.3' });
    await eventually(() => read(`${setting.directory}/final.out`));
    dump.write('thaw\n');
    expect((await dump.ended).told.at(-1)).toBe('exit 1');
    expect(await read(setting.outcome)).toBe('thawed at post-dump\n');
  });

  it('thaws when its input ends: the controller is gone', async () => {
    const setting = await prepared();
    const dump = await startDump(setting);
    await dump.says('held');
    dump.endInput();
    expect((await dump.ended).told).toEqual(['held', 'thawed', 'exit 1']);
  });

  it('thaws when no beat comes, although the input stays open', async () => {
    const setting = await prepared();
    const dump = await startDump(setting, { silence: '0.2' });
    expect((await dump.ended).told).toEqual(['held', 'thawed', 'exit 1']);
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
    expect(dump.told).toEqual(['held']);
    dump.write('thaw\n');
    await dump.ended;
  });

  it('gives the source back when its keeper is killed, with all that could pass on a verdict', async () => {
    const setting = await prepared();
    const dump = await startDump(setting);
    await dump.says('held');
    for (const pid of await keepersOf(setting)) process.kill(pid, 'SIGKILL');
    await eventually(async () => expect(await read(setting.outcome)).toBe('thawed at post-dump\n'));
  });

  it('tells how a dump ended that failed by itself', async () => {
    const setting = await prepared();
    const dump = await startCommandOf(setting, ['sh', '-c', 'echo why >&2; exit 5']);
    expect((await dump.ended).told).toEqual(['thawed', 'exit 5']);
    expect(await read(`${setting.directory}/final.out`)).toBe('why\n');
  });

  it('does not call a source thawed whose dump ended well unasked: it has ended with it', async () => {
    const dump = await startCommandOf(await prepared(), ['true']);
    expect((await dump.ended).told).toEqual(['exit 0']);
  });

  it('gives criu no way to the FIFOs but its script, and no input', async () => {
    const setting = await prepared();
    const look = 'for fd in /proc/$$/fd/*; do readlink "$fd"; done; true';
    const dump = await startCommandOf(setting, ['bash', '-c', look]);
    await dump.ended;
    const open = (await read(`${setting.directory}/final.out`)).split('\n');
    expect(open[0]).toBe('/dev/null');
    expect(open.filter((path) => /(events|verdict|peer)$/.test(path))).toEqual([]);
  });

  it('says `killed` when the whole cgroup was killed, before criu has ended', async () => {
    const container = await contained();
    const setting = await prepared(container.named);
    const dump = await startDump(setting, { after: '0.5' });
    await handOver(setting, dump);
    await dump.says('killed');
    await expect(read(setting.outcome)).rejects.toThrow('ENOENT');
    expect(await read(`${container.cgroup}/cgroup.kill`)).toBe('1\n');
    await setting.there.say('resumed');
    await dump.ended;
  });

  it('does not say `killed` before criu has ended where the kernel cannot kill a cgroup', async () => {
    const container = await contained();
    // Not even root can write to a directory.
    await mkdir(`${container.cgroup}/cgroup.kill`);
    const setting = await prepared(container.named);
    await expectKilledByCriu(setting);
  });

  it.each(['cgroup.procs', 'below/cgroup.procs'])(
    'leaves the kill to criu when somebody else is in the cgroup (%s)',
    async (procs) => {
      const container = await contained();
      await mkdir(`${container.cgroup}/below`);
      await appendFile(`${container.cgroup}/${procs}`, `${process.pid}\n`);
      await expectKilledByCriu(await prepared(container.named));
      await expect(read(`${container.cgroup}/cgroup.kill`)).rejects.toThrow('ENOENT');
    },
  );

  it('leaves the kill to criu when the container shares the pid namespace of its host', async () => {
    const cgroup = await temporaryDirectory();
    await writeFile(`${cgroup}/cgroup.procs`, `${process.pid}\n`);
    await expectKilledByCriu(await prepared(`${process.pid}\n${cgroup}\n`));
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
      expect((await dump.ended).told).toEqual(['held', 'frozen', 'thawed', 'exit 1']);
    },
  );
});
