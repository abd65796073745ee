import type { Decision, StopReason } from '../../model/decision.ts';
import type { CostModel, Policy } from '../../model/policy.ts';
import type { Round } from '../../model/round.ts';
import type { Millis } from '../../model/units.ts';
import { predictDowntime } from '../prediction/downtime.ts';
import {
  asked,
  deadline,
  downtimeMet,
  fewDirtyPages,
  growing,
  roundLimit,
  type Situation,
  type StopRule,
  stalled,
} from './stop-rules.ts';

/** The first that holds wins: success before failure, and the user's own clock before what the rounds show. */
const usual: readonly StopRule[] = [
  asked,
  downtimeMet,
  fewDirtyPages,
  deadline,
  growing,
  stalled,
  roundLimit,
];

/** Where the budget is a promise, nothing but meeting it is worth a cut-over, and a quieter moment worth a wait. */
const promised: readonly StopRule[] = [asked, downtimeMet, deadline, roundLimit];

/** Budget, deadline and give-up together: the user would rather not migrate than exceed the budget. */
const budgetIsPromise = (policy: Policy): boolean =>
  policy.maxDowntime !== undefined && policy.deadline !== undefined && policy.onDeadline === 'give-up';

/** Whether any round is to be made. Without one the container is moved by stop-and-copy. */
export const makesRounds = ({ maxRounds }: Pick<Policy, 'maxRounds'>): boolean => maxRounds > 0;

/**
 * What to do after a round, or, where none is to be made, instead of the first.
 *
 * `costs` are calibrated already. `elapsed` counts from the start of round 0. `asked`: the user wants the cut-over
 * now. Never answers `another-round` once `maxRounds` were made.
 */
export const decide = (
  policy: Policy,
  costs: CostModel,
  rounds: readonly Round[],
  elapsed: Millis,
  userAsked: boolean,
): Decision => {
  const estimate = predictDowntime(costs, rounds, policy.maxBandwidthFrozen);
  const situation = { policy, rounds, elapsed, asked: userAsked, predicted: estimate.total };
  const reason = firstReason(budgetIsPromise(policy) ? promised : usual, situation);
  if (reason === undefined) {
    return { kind: 'another-round', estimate };
  }
  return { kind: givesUp(reason, policy) ? 'give-up' : 'cut-over', reason, estimate };
};

const firstReason = (rules: readonly StopRule[], situation: Situation): StopReason | undefined => {
  for (const rule of rules) {
    const reason = rule(situation);
    if (reason !== undefined) {
      return reason;
    }
  }
  return undefined;
};

const givesUp = (reason: StopReason, policy: Policy): boolean =>
  (reason.kind === 'deadline' && policy.onDeadline === 'give-up') ||
  (reason.kind === 'round-limit' && budgetIsPromise(policy));
