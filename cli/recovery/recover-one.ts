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
import { logLine } from '../terminal/write.ts';
import { type OpenPorts, openPorts } from '../wiring/open-ports.ts';

export interface RecoverOptions {
  readonly keep?: Keep;
  readonly sshConfig?: string;
  readonly runcRoot?: string;
  /** Called with what the hosts show and what will be done, before anything is changed. */
  readonly onFound: (found: Found, decision: RecoveryDecision) => void;
}

export interface Recovered extends Recovery {
  readonly header: JournalHeader;
  /** When in doubt: the sides that a person may choose with `--keep`. */
  readonly keeps: readonly Keep[];
}

/** Returns whether the migration has a certain outcome, and nothing is left over. */
export const isSettled = ({ outcome, remains }: LiveState): boolean =>
  outcome !== undefined && outcome !== 'in-doubt' && remains.length === 0;

/** Recovers one migration. Returns undefined when another process recovered the migration first. */
export const recoverOne = async (
  directory: string,
  { header }: MigrationStatus,
  options: RecoverOptions,
): Promise<Recovered | undefined> => {
  const lock = await lockJournal(directory, header.migration);
  try {
    // Read again under the lock: another recovery may have ended since.
    const status = await readStatus(directory, header);
    if (isSettled(status.live)) return undefined;
    const plan = await readPlan(directory, header.migration);
    const opened = await openPortsAgain(header, plan, options);
    try {
      return await recoverWithJournal(directory, status, plan, opened, options);
    } finally {
      await opened.close();
    }
  } finally {
    await lock.release();
  }
};

const recoverWithJournal = async (
  directory: string,
  { header, live }: MigrationStatus,
  plan: Plan,
  { ports }: OpenPorts,
  { keep, onFound }: RecoverOptions,
): Promise<Recovered> => {
  const writer = resumeJournal(directory, header.migration, (cause) => {
    const why = messageOf(cause);
    logLine(`warning: the journal cannot be written; the recovery goes on without it: ${why}`);
  });
  const { signal, settle } = interruptible((first) =>
    logLine(first ? 'interrupted: finishing what was begun first' : 'please wait'),
  );
  // New times in the journal continue after its last one.
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

/** Opens ports to the hosts as the migration reached them; options override that. */
const openPortsAgain = (
  { reached, from, to }: JournalHeader,
  plan: Plan,
  options: RecoverOptions,
): Promise<OpenPorts> => {
  if (reached === undefined)
    throw new InvalidInput(
      'the journal is from an older version of precopy and does not say how the hosts were reached; clean up by hand: docs/what-if.md, "By hand"',
    );
  const sshConfig = options.sshConfig === undefined ? reached.sshConfig : resolve(options.sshConfig);
  return openPorts(
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
