import { mkdir, readdir, readFile, readlink, writeFile } from 'node:fs/promises';
import { scriptArgv, scriptText } from '../../../transport/door/script.ts';
import { localHost } from '../../../transport/host/local-host.ts';
import { criuConfig } from '../../../transport/runc/checkpoint.ts';
import { planFor } from '../plan.ts';
import { fixture, makeProgram, type StartedScript, startScript, temporaryDirectory } from './start-script.ts';

const rootfs = { kind: 'directory', path: '/containers/shop/rootfs' } as const;

export interface Setting {
  readonly directory: string;
  /** Tells how the restore went; absent until it began. */
  readonly outcome: string;
}

/** A migration's directory on the destination, as `Destination.prepare` leaves it. */
export const prepared = async (): Promise<Setting> => {
  const directory = `${await temporaryDirectory()}/migration`;
  await localHost().run({
    argv: scriptArgv('make-destination-directory', directory, 'm1', `${directory}/rootfs`),
  });
  const hold = `${directory}/destination-hold.sh`;
  await makeProgram(hold, scriptText('destination-hold'));
  await writeFile(`${directory}/restore.conf`, criuConfig(planFor(rootfs), hold));
  return { directory, outcome: `${directory}/outcome` };
};

/** A restore that waits; its container runs when it is let go. */
export const park = async (
  { directory, outcome }: Setting,
  { log = '', container = ['true'] }: { readonly log?: string; readonly container?: readonly string[] } = {},
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
export const tellRestore = async ({ directory }: { readonly directory: string }): Promise<void> => {
  await mkdir(`${directory}/claimed`);
  await writeFile(`${directory}/verdict`, 'restore\n');
};

export const read = (file: string): Promise<string> => readFile(file, 'utf8');
export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Ends the container and what it started; they have the process group of the script that started them. */
export const killGroup = async (pidFile: string): Promise<void> => {
  const pid = (await read(pidFile).catch(() => 'none')).trim();
  const stat = await read(`/proc/${pid}/stat`).catch(() => '');
  const group = Number(stat.slice(stat.lastIndexOf(') ') + 2).split(' ')[2]);
  if (group > 1) process.kill(-group, 'SIGKILL');
};

/** Processes that have a file open. */
export const holdersOf = async (file: string): Promise<readonly string[]> => {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const holds = async (pid: string): Promise<boolean> => {
    const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => []);
    const targets = descriptors.map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => ''));
    return (await Promise.all(targets)).includes(file);
  };
  const found = await Promise.all(pids.map(async (pid) => ((await holds(pid)) ? [pid] : [])));
  return found.flat();
};
