import { type ChildProcess, spawn } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { expect } from 'vitest';
import { scriptArgv, scriptText } from '../../../transport/door/script.ts';
import { localHost } from '../../../transport/host/local-host.ts';
import { criuConfig } from '../../../transport/runc/checkpoint.ts';
import { planFor } from '../plan.ts';
import { eventually } from './eventually.ts';
import { handOverThere, readVerdicts, type There } from './hand-over-there.ts';
import {
  atEnd,
  fixture,
  makeProgram,
  type StartedScript,
  startScript,
  temporaryDirectory,
} from './start-script.ts';

const rootfs = { kind: 'directory', path: '/containers/shop/rootfs' } as const;

/** A process number that is never given out: it exceeds the kernel's highest limit. */
export const NOBODY = '4194305';

export interface Setting {
  readonly directory: string;
  readonly outcome: string;
  readonly there: There;
  /** How the script calls ssh, line by line. */
  readonly calls: string;
}

/** A migration's directory on the source, as `Source.prepare` leaves it. */
export const prepared = async (cgroup = ''): Promise<Setting> => {
  const directory = `${await temporaryDirectory()}/migration`;
  await localHost().run({ argv: scriptArgv('make-source-directory', directory, 'm1', 'me') });
  const hold = `${directory}/source-hold.sh`;
  await makeProgram(hold, scriptText('source-hold'));
  await writeFile(`${directory}/cgroup`, cgroup);
  await writeFile(`${directory}/final.conf`, criuConfig(planFor(rootfs), hold));
  await writeFile(`${directory}/ssh_config`, '');
  const calls = `${directory}/calls`;
  return { directory, outcome: `${directory}/outcome`, there: await handOverThere(), calls };
};

export const startCommandOf = (
  { directory, there, calls }: Setting,
  argv: readonly string[],
  { pid = NOBODY, silence = '15', death = '10' }: Dumping = {},
): Promise<StartedScript> =>
  startScript('final-dump', [directory, Number(pid), ...argv], {
    PRECOPY_SILENCE: silence,
    PRECOPY_DEATH: death,
    PATH: `${fixture('bin')}:${process.env['PATH']}`,
    SSH_CALLS: calls,
    SSH_GATE: `${there.directory}/gate.sh`,
  });

interface Dumping {
  readonly pid?: string;
  /** How long the dump takes, and how long criu takes to end after its script; as `sleep` takes them. */
  readonly seconds?: string;
  readonly after?: string;
  readonly silence?: string;
  /** How long the end of the first process is waited for, in seconds. */
  readonly death?: string;
}

export const startDump = (
  setting: Setting,
  { seconds = '', after = '', ...rest }: Dumping = {},
): Promise<StartedScript> =>
  startCommandOf(setting, [fixture('dump-like-criu.sh'), setting.outcome, seconds, after], rest);

/** Takes away the process at the far end of the connection, as when that is lost. */
export const killPeer = async ({ there }: Setting): Promise<void> => {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  for (const pid of pids) {
    const command = await read(`/proc/${pid}/cmdline`).catch(() => '');
    if (command.includes(`${there.directory}/hand-over.sh`)) process.kill(Number(pid), 'SIGKILL');
  }
};

/** The destination has everything ready to run, and the source has heard it. */
export const handOver = async ({ there }: Setting, dump: StartedScript): Promise<StartedScript> => {
  const verdicts = await readVerdicts(there.directory);
  atEnd(verdicts.kill);
  await dump.says('held');
  dump.write('hand-over\n');
  await verdicts.says('restore');
  await there.say('prepared');
  return verdicts;
};

export const read = (file: string): Promise<string> => readFile(file, 'utf8');

/** The processes of the keeper script, which share a command line; not the dump. */
export const keepersOf = async ({ directory }: Setting): Promise<readonly number[]> => {
  const keeper = Number(await read(`${directory}/keeper`));
  const children = (await read(`/proc/${keeper}/task/${keeper}/children`)).trim().split(' ').map(Number);
  const own = await read(`/proc/${keeper}/cmdline`);
  const kept = await Promise.all(
    children.map(async (pid) => ((await read(`/proc/${pid}/cmdline`)) === own ? [pid] : [])),
  );
  return [...kept.flat(), keeper];
};

/** The processes that hear the destination and the controller for the keeper script, in this order. */
export const helpersOf = async (setting: Setting): Promise<readonly number[]> =>
  (await keepersOf(setting)).slice(0, 2);

/** A process in a pid namespace of its own, and a folder that says it is alone in its cgroup. */
export const contained = async (): Promise<{ cgroup: string; named: string }> => {
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
export const traceable = async (sleep: string): Promise<{ pid: string; trace(): Promise<void> }> => {
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
export const expectKilledByCriu = async (setting: Setting): Promise<void> => {
  const dump = await startDump(setting, { after: '0.3' });
  await handOver(setting, dump);
  await dump.says('killed');
  expect(await read(setting.outcome)).toBe('killed\n');
  await setting.there.say('resumed');
  expect((await dump.ended).told).toEqual(['held', 'killed', 'resumed', 'exit 0']);
};
