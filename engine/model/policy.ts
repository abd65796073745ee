import type { Bytes, Millis, Pages } from './units.ts';

export type OnDeadline = 'cut-over' | 'give-up';

/** When to stop the rounds, and how much of the link they may take. */
export interface Policy {
  /** Upper bound on rounds, round 0 included; 0: all memory goes while the container stands still. */
  readonly maxRounds: number;
  /** Cut over when a round sent at most this many pages. */
  readonly minDirtyPages: Pages;
  /** Cut over when a round's dirty pages exceed the previous round's by more than this share (0.1 = 10 %). */
  readonly maxGrowth: number;
  /** Cut over as soon as the predicted downtime is within this; absent: no budget. */
  readonly maxDowntime?: Millis;
  /** Time from the start of round 0 after which `onDeadline` applies; absent: none. */
  readonly deadline?: Millis;
  readonly onDeadline: OnDeadline;
  /** Most that rounds and syncs may put on the link, bytes a second with headers; absent: no cap. */
  readonly maxBandwidth?: Bytes;
  /** The same while the container stands still. */
  readonly maxBandwidthFrozen?: Bytes;
}

/**
 * What a cap may be, bytes a second. Below the least, what ssh says by itself could wait so long behind what was sent before
 * the cap that its other end counts as dead.
 */
export const LEAST_BANDWIDTH = 500_000;
export const MOST_BANDWIDTH = 1e12;

/** Thresholds of a migration under way to change; `null`: none any more. */
export interface PolicyChange {
  readonly maxRounds?: number;
  readonly minDirtyPages?: Pages;
  readonly maxGrowth?: number;
  readonly maxDowntime?: Millis | null;
  readonly maxBandwidth?: Bytes | null;
  readonly maxBandwidthFrozen?: Bytes | null;
}

/** A change somebody asked for, by a name under which the journal answers. */
export interface ChangeRequest {
  readonly request: string;
  readonly change: PolicyChange;
}

/** What of the costs the container says, not its hosts. */
export type ContainerCosts = Pick<CostModel, 'resident' | 'copyable' | 'unreachable'>;

/** Figures measured earlier on the same hosts, to be used instead of the ordinary ones. */
export type Calibration = Partial<Omit<CostModel, keyof ContainerCosts>>;

/** Costs of a cut-over that rounds do not show, in the two hosts' own terms; measured where possible. */
export interface CostModel {
  /** Cost of a cut-over that does not depend on memory: process starts, freeze, network. */
  readonly fixedFreeze: Millis;
  readonly fixedDump: Millis;
  readonly fixedTransfer: Millis;
  readonly fixedRestore: Millis;
  readonly fileSync: Millis;
  readonly verify: Millis;
  readonly resume: Millis;
  /** Process start-up of a round on hosts where the figures above hold; rounds that need longer show slower hosts. */
  readonly roundOverhead: Millis;
  /** How far rounds that start more slowly than that say that the cut-over will be slower as well: 1 by as much, 0 not at all. */
  readonly roundsTell: number;
  /** Restore time per byte of resident memory, in milliseconds. */
  readonly restorePerByte: number;
  /** Resident memory of the container. */
  readonly resident: Bytes;
  /** What of it rounds can copy. */
  readonly copyable: Bytes;
  /** Memory that rounds cannot copy (SysV shm, memfd, tmpfs, hugetlb): sent at cut-over in full. */
  readonly unreachable: Bytes;
}
