import { canRollBack } from '../core/phase.ts';
import { reportOf } from '../core/report.ts';
import { InDoubt, messageOf } from '../model/errors.ts';
import type { Plan } from '../model/plan.ts';
import type { Calibration, ChangeRequest } from '../model/policy.ts';
import type { Outcome, Report } from '../model/report.ts';
import type { EventSink } from '../ports/events.ts';
import { cutOver } from './cut-over.ts';
import { startLimits } from './limits.ts';
import type { Migration, MigrationPorts } from './migration.ts';
import { preCopy } from './pre-copy.ts';
import { prepare } from './prepare.ts';
import { startRecorder } from './recorder.ts';
import { rollBack } from './roll-back.ts';
import { settleAll } from './settle-all.ts';
import { startUndo } from './undo.ts';

export interface MigrateOptions {
  readonly sink: EventSink;
  readonly signal: AbortSignal;
  readonly cutOverAsked?: () => boolean;
  /** What earlier migrations have shown of these hosts: predictions start from it. */
  readonly calibration?: Calibration;
  /** Tells who listens of changes that are asked for, until the function it returns is called. */
  readonly changes?: (listener: (request: ChangeRequest) => void) => () => void;
  /** Waited for before the freeze and at the commit, so it must not take long. Never rejects. */
  readonly durable?: () => Promise<void>;
}

/**
 * Carries out a plan. Never rejects for what can happen to a migration: the report's outcome says where the container
 * runs now, and its failure why.
 */
export const migrate = async (
  plan: Plan,
  ports: MigrationPorts,
  options: MigrateOptions,
): Promise<Report> => {
  const { sink, signal, cutOverAsked = () => false, calibration = {}, durable = async () => {} } = options;
  const recorder = startRecorder(ports.clock, sink);
  const limits = startLimits(plan, ports.link, recorder);
  const asked = { signal, cutOverAsked, durable, calibration };
  const migration: Migration = { ...ports, ...asked, plan, recorder, limits, undo: startUndo() };
  recorder.emit({ kind: 'planned', plan });
  const tellInterruption = (): void => recorder.emit({ kind: 'interrupted' });
  if (signal.aborted) tellInterruption();
  else signal.addEventListener('abort', tellInterruption);
  const unsubscribe = options.changes?.(limits.ask);
  const outcome = await carryOut(migration).catch((cause: unknown) => fail(migration, cause));
  signal.removeEventListener('abort', tellInterruption);
  unsubscribe?.();
  limits.end();
  recorder.finish(outcome);
  return reportOf(recorder.events());
};

const carryOut = async (migration: Migration): Promise<Outcome> => {
  const { recorder } = migration;
  recorder.enter('preflight');
  const prepared = await prepare(migration);
  recorder.enter('pre-copy');
  const { rounds, decision } = await preCopy(migration, prepared);
  if (decision.kind === 'give-up') {
    const outcome = await rollBack(migration, `gave up: ${decision.reason.kind}`);
    return outcome === 'rolled-back' ? 'gave-up' : outcome;
  }
  await cutOver(migration, prepared, rounds.at(-1)?.index);
  await leave(migration);
  recorder.enter('done');
  return 'migrated';
};

/** Worth knowing where all went over the one connection; not worth a warning where it cannot be had. */
const tellCarried = async ({ link, plan, recorder }: Migration): Promise<void> => {
  if (plan.pages.channel !== 'ssh') return;
  const wire = await link.carried(plan).catch(() => undefined);
  if (wire !== undefined) recorder.emit({ kind: 'carried', wire });
};

/** After the commit: what cannot be cleaned up is told, and changes nothing about the outcome. */
const leave = async (migration: Migration): Promise<void> => {
  const { source, destination, link, plan, recorder } = migration;
  const steps = [
    ['take the key back', () => tellCarried(migration).then(() => link.close())],
    ['clean up the destination', () => destination.release(plan)],
    ['clean up the source', () => source.release(plan, true)],
  ] as const;
  await settleAll(steps.map(([what, step]) => step().catch((cause: unknown) => recorder.leave(what, cause))));
};

const fail = async (migration: Migration, cause: unknown): Promise<Outcome> => {
  const { recorder, source, destination, plan } = migration;
  const phase = recorder.phase();
  const logs = await Promise.all([source, destination].map((side) => side.lastErrors(plan).catch(() => [])));
  recorder.emit({ kind: 'failed', phase, message: messageOf(cause), detail: logs.flat() });
  // The hosts may still need their connection to finish by themselves.
  if (cause instanceof InDoubt || !canRollBack(phase)) return 'in-doubt';
  return rollBack(migration, messageOf(cause));
};
