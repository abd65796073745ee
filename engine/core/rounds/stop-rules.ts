import type { StopReason } from '../../model/decision.ts';
import { dirtySet } from '../../model/dirty-stats.ts';
import type { Policy } from '../../model/policy.ts';
import type { Round } from '../../model/round.ts';
import { type Millis, type Pages, pages } from '../../model/units.ts';
import { laterRounds } from '../prediction/later-rounds.ts';

/** All that a decision is made on. */
export interface Situation {
  readonly policy: Policy;
  readonly rounds: readonly Round[];
  /** Since the start of round 0. */
  readonly elapsed: Millis;
  /** The user asked to cut over now. */
  readonly asked: boolean;
  /** Downtime if the cut-over begins now. */
  readonly predicted: Millis;
}

/** A reason to stop, with its evidence, or `undefined` where the rule does not hold. */
export type StopRule = (situation: Situation) => StopReason | undefined;

export const asked: StopRule = (situation) => (situation.asked ? { kind: 'asked' } : undefined);

export const downtimeMet: StopRule = ({ policy, predicted }) =>
  policy.maxDowntime !== undefined && predicted <= policy.maxDowntime
    ? { kind: 'downtime-met', predicted, budget: policy.maxDowntime }
    : undefined;

/** Holds for round 0 too: where the whole container is within the threshold, what is left of it is as well. */
export const fewDirtyPages: StopRule = ({ policy, rounds }) => {
  const last = rounds.at(-1);
  if (last === undefined || dirtySet(last.dirty) > policy.minDirtyPages) {
    return undefined;
  }
  return { kind: 'few-dirty-pages', dirty: dirtySet(last.dirty), threshold: policy.minDirtyPages };
};

/**
 * What must be sent has grown, and not just because it had longer to: the previous round's private pages are scaled
 * up by a longer window before they are compared. A set that grows with its window alone comes of a slow host or
 * network, and another round as quick as before shrinks it again; if none does, `stalled` sees it.
 */
export const growing: StopRule = ({ policy, rounds }) => {
  const [previous, last] = laterRounds(rounds).slice(-2);
  if (previous === undefined || last === undefined) {
    return undefined;
  }
  const longer = previous.window > 0 ? Math.max(1, last.window / previous.window) : 1;
  const expected = previous.dirty.pagesWritten * longer + previous.dirty.sharedPagesWritten;
  const growth = dirtySet(last.dirty) / Math.max(1, expected) - 1;
  if (!(growth > policy.maxGrowth)) {
    return undefined;
  }
  return {
    kind: 'growing',
    dirty: dirtySet(last.dirty),
    previous: dirtySet(previous.dirty),
    growth,
    threshold: policy.maxGrowth,
  };
};

/** So many rounds in a row must bring nothing before the rounds count as stalled. */
const PATIENCE = 3;
/** What counts as something: this much less than the best round before. */
const WORTHWHILE = 0.05;

/** No round of the last few sent noticeably less than the best one before them. */
export const stalled: StopRule = ({ rounds }) => {
  const sets = laterRounds(rounds).map(({ dirty }) => dirtySet(dirty));
  const before = sets.slice(0, -PATIENCE);
  const last = sets.at(-1);
  if (before.length === 0 || last === undefined) {
    return undefined;
  }
  const best = smallest(before);
  if (smallest(sets.slice(-PATIENCE)) < best * (1 - WORTHWHILE)) {
    return undefined;
  }
  return { kind: 'stalled', rounds: PATIENCE, best, dirty: last };
};

const smallest = (sets: readonly Pages[]): Pages => pages(Math.min(...sets));

export const roundLimit: StopRule = ({ policy, rounds }) =>
  rounds.length >= policy.maxRounds
    ? { kind: 'round-limit', rounds: rounds.length, limit: policy.maxRounds }
    : undefined;

export const deadline: StopRule = ({ policy, elapsed, predicted }) =>
  policy.deadline !== undefined && elapsed >= policy.deadline
    ? { kind: 'deadline', elapsed, deadline: policy.deadline, predicted }
    : undefined;
