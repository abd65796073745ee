import type { DirtyStats } from './dirty-stats.ts';
import type { Bytes, Millis } from './units.ts';

/** One pre-dump. Round 0 copies everything; each later one what was dirtied since the round before froze. */
export interface Round {
  readonly index: number;
  readonly dirty: DirtyStats;
  /** Page bytes sent, private and shared. */
  readonly sent: Bytes;
  /** From the previous round's freeze to this one's: the time in which `dirty` was dirtied. 0 for round 0. */
  readonly window: Millis;
  /** From this round's freeze until the destination had all of it: what is dirtied meanwhile is still to be sent. */
  readonly transfer: Millis;
  /** The whole round, process start-up included. */
  readonly duration: Millis;
  /** The lowest cap on the link that held meanwhile, bytes a second; absent: none did. */
  readonly cap?: Bytes;
}
