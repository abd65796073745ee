import { type MeasuredRound, measureRound } from '../core/rounds/round.ts';
import { dirtySet } from '../model/dirty-stats.ts';
import { type Millis, pagesToBytes } from '../model/units.ts';
import { letGo } from './let-go.ts';
import type { Migration } from './migration.ts';
import { breakPageStream, openPageStream } from './page-stream.ts';

/** One pre-dump, from opening its page-server to both sides' word that it succeeded. */
export const runRound = async (
  migration: Migration,
  index: number,
  previousFreezeAt: Millis | undefined,
): Promise<MeasuredRound> => {
  const { source, clock, limits, recorder, plan } = migration;
  recorder.emit({ kind: 'round-started', index });
  const stream = await openPageStream(migration, index, index === 0 ? undefined : index - 1);
  const startedAt = clock.now();
  const cap = limits.watch();
  const preDump = source.preDump(plan, index, stream.endpoint);
  const bothSides = Promise.all([preDump, stream.server.finished]);
  try {
    const [dirty] = await Promise.race([bothSides, stream.broken]);
    const sent = pagesToBytes(dirtySet(dirty));
    const endedAt = clock.now();
    const previous = previousFreezeAt === undefined ? {} : { previousFreezeAt };
    const measured = measureRound({ index, dirty, sent, startedAt, endedAt, cap: cap(), ...previous });
    recorder.emit({ kind: 'round-finished', round: measured.round });
    return measured;
  } catch (cause) {
    await breakPageStream(migration, stream);
    await letGo(migration, preDump);
    throw cause;
  } finally {
    await stream.close();
  }
};
