import { InDoubt } from '../model/errors.ts';
import type { SourceStanding } from '../model/recovery.ts';
import { type Millis, millis } from '../model/units.ts';
import type { ParkedRestore } from '../ports/destination.ts';
import type { FinalDump } from '../ports/source.ts';
import type { Migration } from './migration.ts';

/** A keeper that has lost everybody thaws the source within 15 s; after this long its state is final. */
const SETTLED = 20;

/** How long the destination may take to say why it failed, in milliseconds. */
const LAST_WORDS = 2000;

/**
 * Hands over to the hosts themselves. The commit point is the source's death: resolves when that is certain, with the time
 * at which the destination's processes existed; throws while the source lives, or `InDoubt`.
 */
export const commit = async (
  migration: Migration,
  dump: FinalDump,
  restore: ParkedRestore,
): Promise<Millis> => {
  const { clock, recorder, signal, durable } = migration;
  signal.throwIfAborted();
  let prepared: Millis | undefined;
  restore.prepared.then(
    () => {
      prepared = clock.now();
    },
    () => {},
  );
  // Who is told first decides: the source, by its keeper.
  const recall = (): void => void dump.thaw().catch(() => {});
  signal.addEventListener('abort', recall);
  try {
    await death(migration, dump, restore);
  } finally {
    signal.removeEventListener('abort', recall);
  }
  const committed = clock.now();
  recorder.enter('committed');
  await durable();
  return prepared ?? committed;
};

const death = async (migration: Migration, dump: FinalDump, restore: ParkedRestore): Promise<void> => {
  const { recorder, signal } = migration;
  let verdict: 'dead' | 'thawed';
  try {
    verdict = await dump.handOver();
  } catch (cause) {
    await certifyDeath(migration, cause);
    recorder.emit({ kind: 'warning', message: `the source ended without saying so: ${String(cause)}` });
    return;
  }
  if (verdict === 'dead') return;
  signal.throwIfAborted();
  throw await whyNot(migration, restore);
};

/** Why the source goes on: in the destination's words, if it has any. */
const whyNot = async ({ clock, plan }: Migration, restore: ParkedRestore): Promise<unknown> => {
  const over = new AbortController();
  const failure = restore.prepared.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  const told = await Promise.race([failure, clock.sleep(millis(LAST_WORDS), over.signal)]);
  over.abort();
  return told ?? new Error(`${plan.from} lost its connection to ${plan.to} in the middle of the hand-over`);
};

/**
 * The hand-over began, and how it ended was not heard. Only the source itself can say what became of it; and only an end by
 * the hand-over is one: after any other, what the destination holds may be old.
 */
const certifyDeath = async ({ source, clock, plan }: Migration, cause: unknown): Promise<void> => {
  let standing: SourceStanding = 'unreachable';
  for (let second = 0; second < SETTLED; second += 1) {
    standing = await source.standing(plan).catch(() => 'unreachable' as const);
    if (standing === 'dead') return;
    // Nobody holds it any more, so nobody can still decide against it.
    if (standing === 'runs') throw new Error('the source was to be handed over and goes on', { cause });
    if (standing === 'ended') throw new Error('the container ended before it was handed over', { cause });
    await clock.sleep(millis(1000));
  }
  const { id } = plan.container;
  throw new InDoubt(
    standing === 'unreachable'
      ? `${plan.from} cannot be asked whether ${id} still runs there`
      : `what became of ${id} on ${plan.from} is not certain (${standing})`,
    cause,
  );
};
