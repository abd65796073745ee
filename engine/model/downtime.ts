import type { Millis } from './units.ts';

/**
 * The downtime by part. Predicted and measured have this same shape, so the error of a prediction is a subtraction.
 * The parts follow each other; what runs in parallel counts where it ends last.
 */
export interface Downtime {
  /** Until every task stands still. */
  readonly freeze: Millis;
  /** Final dump: memory still dirty to the destination, all other state to images on the source. */
  readonly dump: Millis;
  /** Images other than memory, source to destination, beyond the end of the dump. */
  readonly transfer: Millis;
  /** Last sync of files, beyond the end of dump and transfer. */
  readonly fileSync: Millis;
  /** The destination's check of the images, beyond the end of dump, transfer and file sync. */
  readonly verify: Millis;
  /** Until the processes exist on the destination, still stopped. */
  readonly restore: Millis;
  /** From there: source killed, destination let go. */
  readonly resume: Millis;
  readonly total: Millis;
}

export type DowntimeEstimate = Downtime;
