import type { Policy } from '../../model/policy.ts';
import { millis, pages } from '../../model/units.ts';
import { defaultPolicy } from '../rounds/default-policy.ts';

/** What each threshold is tried at, beside its default. */
const tried = {
  maxRounds: [1, 2, 3, 4, 5, 6, 12, 16],
  minDirtyPages: [16, 256, 1024, 4096, 16_384].map(pages),
  maxGrowth: [0, 0.25, 0.5, 1],
  maxDowntime: [100, 200, 500, 1000, 2000, 5000].map(millis),
} as const;

const variants = <Name extends keyof typeof tried>(
  name: Name,
  values: (typeof tried)[Name],
): readonly Partial<Policy>[] => [{}, ...values.map((value) => ({ [name]: value }))];

/**
 * Policies to try: every combination of the values. Those that change the fewest defaults first, and a limit of rounds before
 * any other change, since it holds whatever the load does.
 */
export const policyGrid = (): readonly Policy[] => {
  const changes: Partial<Policy>[] = [];
  for (const maxDowntime of variants('maxDowntime', tried.maxDowntime))
    for (const maxGrowth of variants('maxGrowth', tried.maxGrowth))
      for (const minDirtyPages of variants('minDirtyPages', tried.minDirtyPages))
        for (const maxRounds of variants('maxRounds', tried.maxRounds))
          changes.push({ ...maxDowntime, ...maxGrowth, ...minDirtyPages, ...maxRounds });
  return changes
    .toSorted((a, b) => Object.keys(a).length - Object.keys(b).length)
    .map((change) => ({ ...defaultPolicy, ...change }));
};
