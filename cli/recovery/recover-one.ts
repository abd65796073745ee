import { dirname, resolve } from 'node:path';
import { recoveryOf } from '../../engine/core/recovery.ts';
import { InvalidInput, messageOf } from '../../engine/model/errors.ts';
import type { JournalHeader } from '../../engine/model/journal.ts';
import type { Plan } from '../../engine/model/plan.ts';
import type { Keep, RecoveryDecision } from '../../engine/model/recovery.ts';
import { millis } from '../../engine/model/units.ts';
import type { LiveState } from '../../engine/observe/progress/live-state.ts';
import type { MigrationStatus } from '../../engine/observe/status/status.ts';
import { type Found, type Recovery, recover } from '../../engine/run/recover.ts';
import { resumeJournal } from '../../transport/journal/journal-store.ts';
import { lockJournal } from '../../transport/journal/lock.ts';
import { readPlan } from '../../transport/journal/read-plan.ts';
import { readStatus } from '../status/stored-status.ts';
import { interruptible } from '../terminal/interrupt.ts';
import { tellLine } from '../terminal/write.ts';
import { type Wired, wire } from '../wiring/wire.ts';

export interface RecoverOptions {
  readonly keep?: Keep;
  readonly sshConfig?: string;
  readonly runcRoot?: string;
  /** Told of what was found before anything is done. */
  readonly onFound: (found: Found, decision: RecoveryDecision) => void;
}

export interface Recovered extends Recovery {
  readonly header: JournalHeader;
  /** Sides that a person may keep, where it is in doubt. */
  readonly keeps: readonly Keep[];
}

/** It has an outcome, and nothing of it is left. */
export const isSettled = ({ outcome, remains }: LiveState): boolean =>
  outcome !== undefined && outcome !== 'in-doubt' && remains.length === 0;

/** Recovers one migration. Nothing: somebody else has, meanwhile. */
export const recoverOne = async (
  directory: string,
  { header }: MigrationStatus,
  options: RecoverOptions,
): Promise<Recovered | undefined> => {
  const lock = await lockJournal(directory, header.migration);
  try {
    // What another recovery has written before it let go of the lock.
    const status = await readStatus(directory, header);
    if (isSettled(status.live)) return undefined;
    const plan = await readPlan(directory, header.migration);
    const wired = await wireAgain(header, plan, options);
    try {
      return await recorded(directory, status, plan, wired, options);
    } finally {
      await wired.close();
    }
  } finally {
    await lock.release();
  }
};

const recorded = async (
  directory: string,
  { header, live }: MigrationStatus,
  plan: Plan,
  { ports }: Wired,
  { keep, onFound }: RecoverOptions,
): Promise<Recovered> => {
  const writer = resumeJournal(directory, header.migration, (cause) => {
    const why = messageOf(cause);
    tellLine(`warning: the journal cannot be written, the recovery goes on without: ${why}`);
  });
  const { signal, settle } = interruptible((first) =>
    tellLine(first ? 'interrupted: what was begun is finished first' : 'please wait'),
  );
  // Times of the journal go on where they ended.
  const begun = ports.clock.now();
  const clock = { ...ports.clock, now: () => millis((live.at ?? 0) + ports.clock.now() - begun) };
  try {
    const recovery = await recover(
      plan,
      { ...ports, clock },
      {
        phase: live.phase,
        moved: live.moved === true,
        ...(live.outcome === undefined || live.outcome === 'in-doubt' ? {} : { outcome: live.outcome }),
        ...(keep === undefined ? {} : { keep }),
        sink: writer.write,
        durable: writer.durable,
        signal,
        onFound,
      },
    );
    return { ...recovery, header, keeps: keepsOf(recovery) };
  } finally {
    settle();
    await writer.close();
  }
};

const sides: readonly Keep[] = ['destination', 'source'];

const keepsOf = ({ found, decision }: Recovery): readonly Keep[] =>
  decision === 'in-doubt' ? sides.filter((keep) => recoveryOf(found, keep) !== 'in-doubt') : [];

/** The hosts as the migration reached them, unless told otherwise. */
const wireAgain = (
  { reached, from, to }: JournalHeader,
  plan: Plan,
  options: RecoverOptions,
): Promise<Wired> => {
  if (reached === undefined)
    throw new InvalidInput(
      'its journal does not tell how the hosts were reached, for it is of an older version: docs/what-if.md, "By hand"',
    );
  const sshConfig = options.sshConfig === undefined ? reached.sshConfig : resolve(options.sshConfig);
  return wire(
    {
      ...(reached.local ? {} : { from }),
      to,
      toAddress: plan.address,
      ...(sshConfig === undefined ? {} : { sshConfig }),
      ...(reached.sudo === true ? { sudo: true } : {}),
      sshPort: 22,
      runtime: plan.container.docker === undefined ? 'runc' : 'docker',
      runcRoot: options.runcRoot ?? reached.runcRoot,
      imagesDir: dirname(plan.sourceDirectory),
    },
    plan.container.id,
    millis(0),
  );
};
