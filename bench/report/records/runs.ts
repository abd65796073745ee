import type { RunRecord } from '../../model/run-record.ts';

/** How long nobody was served: as a client saw it, or else as the tool itself says. */
export const standstill = (run: RunRecord): number | undefined => run.client?.longestGap ?? run.downtime;

/** The run in the middle: a page shows one in detail, and it should not be a lucky one. */
export const typical = (runs: readonly RunRecord[]): RunRecord | undefined => {
  const sorted = runs
    .filter((run) => standstill(run) !== undefined)
    .toSorted((a, b) => (standstill(a) ?? 0) - (standstill(b) ?? 0));
  return sorted[Math.floor((sorted.length - 1) / 2)];
};
