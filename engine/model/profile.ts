import type { MemoryFacts } from './facts.ts';
import type { Millis, Pages } from './units.ts';

/** How many distinct private pages were dirtied within so long. */
export interface DirtyWindow {
  readonly window: Millis;
  readonly dirty: Pages;
}

/** How fast a container dirties its memory, seen without migrating it. */
export interface DirtyProfile {
  /** What the user calls it. */
  readonly container: string;
  readonly from: string;
  /** Wall clock, ISO 8601. */
  readonly takenAt: string;
  readonly memory: MemoryFacts;
  /** Private pages there are: what round 0 would send of them. */
  readonly privatePages: Pages;
  /** All from one moment on, each longer than the one before. */
  readonly windows: readonly DirtyWindow[];
}
