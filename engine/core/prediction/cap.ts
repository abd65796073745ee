import type { Policy } from '../../model/policy.ts';
import type { Round } from '../../model/round.ts';
import type { Bytes } from '../../model/units.ts';

/** What headers leave of a cap for what is sent. */
export const CARRIED = 0.95;

/** Bytes per millisecond of the page stream under a cap; without one there is no limit. */
export const cappedRate = (cap: Bytes | undefined): number =>
  cap === undefined ? Number.POSITIVE_INFINITY : (cap * CARRIED) / 1000;

/** From this share of what its cap allows on, a round was as fast as it was let. */
const AS_LET = 0.8;

/** Was it the cap that made it as slow as it was, and not the link? */
export const heldBack = ({ cap, sent, transfer }: Round): boolean =>
  cap !== undefined && sent / transfer >= AS_LET * cappedRate(cap);

/** Of two caps the lower. */
export const lowerCap = (one: Bytes | undefined, other: Bytes | undefined): Bytes | undefined =>
  one === undefined || (other !== undefined && other < one) ? other : one;

type Caps = Pick<Policy, 'maxBandwidth' | 'maxBandwidthFrozen'>;

export const wantsPacing = ({ maxBandwidth, maxBandwidthFrozen }: Caps): boolean =>
  maxBandwidth !== undefined || maxBandwidthFrozen !== undefined;
