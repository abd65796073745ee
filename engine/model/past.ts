import type { Downtime } from './downtime.ts';
import type { Round } from './round.ts';
import type { Bytes } from './units.ts';

/** What a cut-over between two hosts showed about them. */
export interface PastCutOver {
  readonly rounds: readonly Round[];
  readonly measured: Downtime;
  /** Resident memory when it was planned. */
  readonly resident: Bytes;
  /** Memory that the final dump sent. */
  readonly left: Bytes;
}
