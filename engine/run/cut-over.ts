import { abortable } from '../model/abortable.ts';
import type { DirtyStats } from '../model/dirty-stats.ts';
import type { Downtime } from '../model/downtime.ts';
import { type Millis, millis } from '../model/units.ts';
import type { Clock } from '../ports/clock.ts';
import type { ParkedRestore } from '../ports/destination.ts';
import type { FinalDump } from '../ports/source.ts';
import { commit } from './commit.ts';
import { copyWhileFrozen, type Marks, parkFiles } from './frozen-copy.ts';
import type { Migration } from './migration.ts';
import { breakPageStream, openPageStream, type PageStream } from './page-stream.ts';
import type { Prepared } from './prepare.ts';
import { settleAll } from './settle-all.ts';

/** How long the source may take to reach the destination anew, in milliseconds. */
const HEARSAY = 30_000;

/**
 * Freeze, last dump, last files, restore, commit, resume. Until the commit every failure leads back to the source;
 * from it on there is only forward. Without a `lastRound` the last dump has all of the memory.
 */
export const cutOver = async (
  migration: Migration,
  prepared: Prepared,
  lastRound: number | undefined,
): Promise<void> => {
  const { clock, limits, recorder, source, plan, undo, durable, signal } = migration;
  await abortable(limits.freeze(), signal);
  await durable();
  const opening = openFinalStream(migration, lastRound);
  const parking = parkFiles(migration, prepared);
  await settleAll([opening, parking]);
  const [stream, files] = [await opening, await parking];
  try {
    const dump = await source.finalDump(plan, lastRound, stream.endpoint);
    undo.push('thaw the source', () => letGo(migration, dump, stream));
    await Promise.race([dump.frozen, stream.broken]);
    const marks = await copyWhileFrozen(migration, prepared, dump, { stream, files });
    recorder.enter('restoring');
    const restored = await commit(migration, dump, prepared.restore);
    undo.forget();
    await resume(migration, prepared.restore, dump);
    const resumed = clock.now();
    const dirty = await conclude(migration, prepared, dump);
    await stream.close();
    recorder.emit({ kind: 'downtime', downtime: downtimeOf(marks, restored, resumed, dirty) });
  } finally {
    stream.settle();
  }
};

const openFinalStream = async (migration: Migration, lastRound: number | undefined): Promise<PageStream> => {
  const stream = await openPageStream(migration, 'final', lastRound);
  migration.undo.push('stop the page-server', () => {
    stream.settle();
    return breakPageStream(migration, stream);
  });
  return stream;
};

/**
 * The source has told the destination to resume by itself, and we tell it too: one way is enough. When neither hears that
 * it runs, a person has to know what is left to do there.
 */
const resume = async (
  { clock, plan, recorder }: Migration,
  restore: ParkedRestore,
  dump: FinalDump,
): Promise<void> => {
  try {
    await restore.resume().catch((cause: unknown) => heardFromSource(clock, dump, cause));
  } catch (cause) {
    const what = `the source is gone and ${plan.to} holds ${plan.container.id}, stopped, with all its memory`;
    recorder.emit({ kind: 'warning', message: `${what}. On ${plan.to}: ${restore.resumeByHand}` });
    throw cause;
  }
};

/** Who cannot hear the destination may still hear the source, which has its own way to it. */
const heardFromSource = async (clock: Clock, dump: FinalDump, cause: unknown): Promise<void> => {
  const over = new AbortController();
  const late = clock.sleep(millis(HEARSAY), over.signal).then(() => {
    throw cause;
  });
  try {
    await Promise.race([dump.resumed, late]);
  } finally {
    over.abort();
  }
};

/** What remains once the destination runs. The source's statistics are worth having, not worth failing for. */
const conclude = async (
  { recorder }: Migration,
  { restore }: Prepared,
  dump: FinalDump,
): Promise<DirtyStats | undefined> => {
  await restore.settle();
  try {
    const dirty = await dump.stats();
    recorder.emit({ kind: 'final-dumped', dirty });
    return dirty;
  } catch (cause) {
    recorder.emit({
      kind: 'warning',
      message: `the final dump's statistics cannot be read: ${String(cause)}`,
    });
    return undefined;
  }
};

/** A dump still under way is made to fail by criu itself; one that is held is told to thaw. */
const letGo = async (migration: Migration, dump: FinalDump, stream: PageStream): Promise<void> => {
  await settleAll([dump.thaw(), breakPageStream(migration, stream)]);
};

const downtimeOf = (
  { frozen, dumped, shipped, synced, verified }: Marks,
  restored: Millis,
  resumed: Millis,
  dirty: DirtyStats | undefined,
): Downtime => {
  const freeze = dirty?.freezing ?? millis(0);
  return {
    freeze,
    dump: millis(dumped - frozen),
    transfer: millis(shipped - dumped),
    fileSync: millis(synced - shipped),
    verify: millis(verified - synced),
    restore: millis(restored - verified),
    resume: millis(resumed - restored),
    total: millis(freeze + resumed - frozen),
  };
};
