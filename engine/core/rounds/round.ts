import type { DirtyStats } from '../../model/dirty-stats.ts';
import type { Round } from '../../model/round.ts';
import { type Bytes, type Millis, millis } from '../../model/units.ts';

export interface MeasuredRound {
  readonly round: Round;
  /** When the tasks stood still, on the clock of `startedAt`: the next round's `previousFreezeAt`. */
  readonly freezeAt: Millis;
}

/**
 * A round from the engine's clock and criu's statistics.
 *
 * The engine sees only the start and the end of the pre-dump. criu collects pages while the tasks are frozen and then
 * sends them, so the freeze began `frozen + memoryWrite` before the end.
 */
export const measureRound = (input: {
  readonly index: number;
  readonly dirty: DirtyStats;
  readonly sent: Bytes;
  readonly startedAt: Millis;
  readonly endedAt: Millis;
  readonly previousFreezeAt?: Millis;
  readonly cap?: Bytes | undefined;
}): MeasuredRound => {
  const { index, dirty, sent, startedAt, endedAt, previousFreezeAt, cap } = input;
  const freezeAt = millis(Math.max(startedAt, endedAt - (dirty.frozen + dirty.memoryWrite)));
  const window = previousFreezeAt === undefined ? 0 : Math.max(0, freezeAt - previousFreezeAt);
  return {
    freezeAt,
    round: {
      index,
      dirty,
      sent,
      window: millis(window),
      transfer: millis(endedAt - freezeAt),
      duration: millis(endedAt - startedAt),
      ...(cap === undefined ? {} : { cap }),
    },
  };
};
