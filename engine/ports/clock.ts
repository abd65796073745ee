import type { Millis } from '../model/units.ts';

/** A monotonic clock; the epoch is arbitrary. */
export interface Clock {
  now(): Millis;
  /** Resolves after `duration`, or at once when `signal` is aborted. */
  sleep(duration: Millis, signal?: AbortSignal): Promise<void>;
}

/** How long something may be silent before it counts as broken. */
export interface Patience {
  /** A round that receives nothing for this long has failed. */
  readonly stall: Millis;
}
