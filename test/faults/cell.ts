import type { LabHostName } from '../lab/hosts.ts';
import { type Finished, start } from '../lab/precopy.ts';
import type { Fault } from './faults.ts';
import { type Runtime, stageFor } from './scene.ts';
import type { Step } from './steps.ts';

/** One fault at one step of one runtime's migration, and what came of it. */
export interface Cell {
  readonly runtime: Runtime;
  readonly fault: string;
  readonly step: Step;
  /** How `precopy migrate` ended: its exit code, or that it had to be ended. */
  readonly migrate: string;
  /** Where the container ran before anybody recovered anything. */
  readonly byItself: readonly LabHostName[];
  /** What `precopy recover` was needed for, if at all. */
  readonly recover: string;
  readonly runsOn: readonly LabHostName[];
  readonly acknowledged: number;
  readonly lost: number;
  readonly left: readonly string[];
}

/** Longer than any time-out of the product. */
const PATIENCE = 150_000;

export const cellOf = async (runtime: Runtime, fault: Fault, step: Step): Promise<Cell> => {
  const stage = stageFor(runtime, fault.imagesDirectory ?? '/run/precopy');
  try {
    await stage.begin();
    const scene = await stage.reach(step);
    await fault.strike(scene);
    await stage.letGo().catch(() => {});
    const migrate = await ending(scene.controller.finished, () => scene.controller.signal('SIGKILL'));
    await fault.heal?.(scene);
    // What was off then could not be told.
    await stage.letGo().catch(() => {});
    const byItself = await stage.runningOn();
    const recover = await recovered();
    const [on, ...others] = await stage.runningOn();
    const read =
      on === undefined ? { acknowledged: 0, lost: Number.POSITIVE_INFINITY } : await stage.readBack(on);
    const runsOn = on === undefined ? [] : [on, ...others];
    const left = await stage.left(on);
    return { runtime, fault: fault.name, step, migrate, byItself, recover, runsOn, ...read, left };
  } finally {
    await stage.end();
  }
};

/** A controller that does not end by itself is ended, as its user would. */
const ending = async (finished: Promise<Finished>, end: () => void): Promise<string> => {
  const timer = setTimeout(end, PATIENCE);
  const { exitCode } = await finished;
  clearTimeout(timer);
  return exitCode === undefined ? 'killed' : `exit ${exitCode}`;
};

/** As a user goes on: asks for recovery, and where that is in doubt, says which copy the container's host can still run. */
const recovered = async (): Promise<string> => {
  const first = await start(['recover']).finished;
  if (/^nothing to recover$/m.test(first.stdout)) return 'nothing';
  const outcome = /^outcome: (.*)$/m.exec(first.stdout)?.[1];
  if (first.exitCode === 0) return outcome ?? first.stdout;
  const migration = /\(migration (\S+)\)/.exec(first.stdout)?.[1] ?? '';
  const second = await start(['recover', migration, '--keep', 'destination']).finished;
  if (second.exitCode === 0) return 'in doubt, --keep destination';
  return `exit ${first.exitCode}, then ${second.exitCode}: ${first.stdout} ${first.stderr} ${second.stdout} ${second.stderr}`;
};
