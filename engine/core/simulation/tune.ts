import type { Policy } from '../../model/policy.ts';
import {
  type Choice,
  GIVEN_FOR_BYTES,
  type Load,
  type Pace,
  type Simulation,
  type Tuning,
} from '../../model/simulation.ts';
import { defaultPolicy } from '../rounds/default-policy.ts';
import { policyGrid } from './policy-grid.ts';
import { simulate } from './simulate.ts';

/** Tries thresholds on a load, and says what they can lead to. What differed from round to round by chance is left out. */
export const tune = (load: Load, pace: Pace, caps: Partial<Policy> = {}): Tuning => {
  const [steady, even] = [
    { ...load, intensity: [] },
    { ...pace, recorded: [] },
  ];
  const choose = (policy: Policy): Choice => ({ policy, simulation: simulate(steady, even, policy) });
  const capped = (policy: Policy): Policy => ({ ...policy, ...caps });
  const defaults = choose(capped(defaultPolicy));
  const front = paretoFront(policyGrid().map(capped).map(choose));
  return { defaults, front, recommended: recommended(front) ?? defaults };
};

/** Differences in downtime below this are no differences. */
const NOTICEABLE = 10;

/** What counts. All of it the less, the better. */
const figures = ({ downtime, sent, total }: Simulation): readonly number[] => [
  Math.round(downtime.total / NOTICEABLE),
  sent,
  Math.round(total),
];

/** Is one at least as good in everything? */
const covers = (one: Choice, other: Choice): boolean => {
  const others = figures(other.simulation);
  return figures(one.simulation).every((figure, index) => figure <= (others[index] ?? figure));
};

/** Those that no other is better than; of several that lead to the same, the first. The least downtime comes first. */
export const paretoFront = (choices: readonly Choice[]): readonly Choice[] => {
  const front: Choice[] = [];
  for (const choice of choices) {
    if (front.some((other) => covers(other, choice))) continue;
    const kept = front.filter((other) => !covers(choice, other));
    front.splice(0, front.length, ...kept, choice);
  }
  return front.toSorted((a, b) => a.simulation.downtime.total - b.simulation.downtime.total);
};

/** The fewest bytes of those about as good as the least downtime. */
export const recommended = (front: readonly Choice[]): Choice | undefined => {
  const least = Math.min(...front.map(({ simulation }) => simulation.downtime.total));
  return front
    .filter(({ simulation }) => simulation.downtime.total <= least * (1 + GIVEN_FOR_BYTES))
    .toSorted((a, b) => a.simulation.sent - b.simulation.sent)[0];
};
