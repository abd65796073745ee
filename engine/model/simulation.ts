import type { Decision } from './decision.ts';
import type { Downtime } from './downtime.ts';
import type { MemoryFacts } from './facts.ts';
import type { Calibration, Policy } from './policy.ts';
import type { DirtyWindow } from './profile.ts';
import type { Round } from './round.ts';
import type { Bytes, Millis, Pages } from './units.ts';

/** Distinct pages dirtied over time: from nothing, never falling, ever flatter; the last piece goes on to `most`. */
export interface DirtyCurve {
  readonly points: readonly DirtyWindow[];
  readonly most: Pages;
}

/** What a container does to its memory, as far as a migration sees it. */
export interface Load {
  readonly memory: MemoryFacts;
  readonly privatePages: Pages;
  readonly curve: DirtyCurve;
  /** How much more than the curve says was dirtied before each round, by its index; 1 where nothing is known. */
  readonly intensity: readonly number[];
}

/** What a round costs beside its bytes. */
export interface RoundPace {
  /** From the end of the round before, for round 0 from the beginning, to the freeze. */
  readonly gap: Millis;
  /** The part of that which counts as the round's own: its processes start. */
  readonly startup: Millis;
  /** From the freeze to the end, beyond what the bytes take. */
  readonly settling: Millis;
}

/** How fast hosts and link carry out rounds. */
export interface Pace {
  /** Bytes per millisecond. */
  readonly rate: number;
  readonly freezing: Millis;
  readonly usual: RoundPace;
  /** What was seen of each round, by its index, in place of what is usual. */
  readonly recorded: readonly RoundPace[];
  /** What cut-overs cost there, as far as that is known. */
  readonly costs: Calibration;
}

/** A migration as it would go. */
export interface Simulation {
  readonly rounds: readonly Round[];
  readonly decision: Exclude<Decision, { kind: 'another-round' }>;
  /** Private pages that the final dump finds. */
  readonly finalPages: Pages;
  /** What the cut-over takes when it finds these; the decision's estimate is what the engine would expect. */
  readonly downtime: Downtime;
  /** From the beginning of round 0 to the end of the downtime. */
  readonly total: Millis;
  /** Memory sent by all rounds and the final dump. */
  readonly sent: Bytes;
}

/** Thresholds, and what they lead to. */
export interface Choice {
  readonly policy: Policy;
  readonly simulation: Simulation;
}

/** So much more downtime than the least is given for fewer bytes, as a share of it. No more: what is predicted is not exact either. */
export const GIVEN_FOR_BYTES = 0.05;

/** What thresholds could lead to, and what to take. */
export interface Tuning {
  /** What the defaults lead to. */
  readonly defaults: Choice;
  /** No other is better in downtime, bytes and total time at once; the least downtime first. */
  readonly front: readonly Choice[];
  /** One of the front. */
  readonly recommended: Choice;
}
