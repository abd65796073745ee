import type { Policy } from '../../model/policy.ts';
import type { Report } from '../../model/report.ts';
import type { Bytes } from '../../model/units.ts';
import { count, percent, size, time } from './format.ts';
import { wrapped } from './layout.ts';

/** What of it can be changed while a migration runs, by its option. */
const options: readonly (readonly [string, (policy: Policy) => string])[] = [
  ['max-bandwidth', ({ maxBandwidth }): string => bandwidthText(maxBandwidth)],
  ['max-bandwidth-frozen', ({ maxBandwidthFrozen }): string => bandwidthText(maxBandwidthFrozen)],
  ['max-downtime', ({ maxDowntime }): string => (maxDowntime === undefined ? 'none' : time(maxDowntime))],
  ['max-rounds', ({ maxRounds }): string => count(maxRounds)],
  ['min-dirty-pages', ({ minDirtyPages }): string => count(minDirtyPages)],
  ['max-growth', ({ maxGrowth }): string => percent(maxGrowth)],
];

/** `max-bandwidth none → 10.0 MiB/s, max-rounds 8 → 12`. */
export const policyChangeText = (from: Policy, to: Policy): string => {
  const changed = options
    .map(([name, text]) => [name, text(from), text(to)] as const)
    .filter(([, before, after]) => before !== after)
    .map(([name, before, after]) => `${name} ${before} → ${after}`);
  return changed.length === 0 ? 'nothing' : changed.join(', ');
};

/** What was changed on the way, line by line. */
export const changeLines = (changes: Report['changes'] = []): readonly string[] =>
  changes.flatMap(({ at, from, to }) =>
    wrapped('changed   ', `after ${time(at)}: ${policyChangeText(from, to)}`),
  );

/** Bytes a second, on the link. */
export const bandwidthText = (rate: Bytes | undefined): string =>
  rate === undefined ? 'none' : `${size(rate)}/s`;
