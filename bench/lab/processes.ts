import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseStat } from '../../transport/host/process-id.ts';

/** A process, told apart from a later one that got the same number by when it started. */
export interface ProcessIdentity {
  readonly pid: number;
  /** In clock ticks since the machine's start, as /proc gives it. */
  readonly startTime: string;
}

/** The process that has this number now; nothing if there is none, or only what is left of a dead one. */
export const identify = async (pid: number): Promise<ProcessIdentity | undefined> => {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const parsed = parseStat(stat);
  return parsed === undefined || parsed.state === 'Z' ? undefined : { pid, startTime: parsed.startTime };
};

export const self = async (): Promise<ProcessIdentity> => {
  const identity = await identify(process.pid);
  if (identity === undefined) throw new Error('/proc is not mounted');
  return identity;
};

export const isAlive = async ({ pid, startTime }: ProcessIdentity): Promise<boolean> =>
  (await identify(pid))?.startTime === startTime;

/** Kills a process unless it is gone already. Another one with its number is left alone. */
export const kill = (identity: ProcessIdentity): Promise<void> => killNumber(identity, identity.pid);

/** The same for the leader of a process group, with the group. */
export const killGroup = (leader: ProcessIdentity): Promise<void> => killNumber(leader, -leader.pid);

const killNumber = async (identity: ProcessIdentity, number: number): Promise<void> => {
  if (!(await isAlive(identity))) return;
  try {
    process.kill(number, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
};

/** Resolves to whether all of them were gone in time. */
export const untilGone = async (
  identities: readonly ProcessIdentity[],
  milliseconds: number,
): Promise<boolean> => {
  const deadline = Date.now() + milliseconds;
  for (;;) {
    const alive = await Promise.all(identities.map(isAlive));
    if (!alive.includes(true)) return true;
    if (Date.now() > deadline) return false;
    await sleep(20);
  }
};
