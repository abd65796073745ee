import type { ClientRecord, RunRecord } from '../../../bench/model/run-record.ts';
import { reportOf } from '../../../engine/core/report.ts';
import { migrated } from '../../engine/core/events.ts';

/** Results as a comparison leaves them. */

/** So many answers with a gap of so many ms in the middle, the longest latencies among them. */
const client = (gap: number): ClientRecord => ({
  requests: 8000,
  failed: 3,
  wrong: 0,
  longestGap: gap,
  gapBegan: 20_000,
  latency: {
    before: { p50: 1, p99: 4, max: 9 },
    during: { p50: 2, p99: 30, max: 80 },
    after: { p50: 1, p99: 4, max: 9 },
  },
  timeline: Array.from({ length: 2000 }, (_, index): readonly [number, number] => [
    index < 1000 ? index * 20 : 20_000 + gap + (index - 1000) * 20,
    1 + ((index * 7919) % 97),
  ]),
});

export const run = (changed: Partial<RunRecord> = {}): RunRecord => ({
  version: 1,
  at: '2026-01-02T03:04:05.000Z',
  scenario: 'redis-100MB',
  variant: 'precopy',
  repetition: 1,
  machine: { cores: 2, memoryBytes: 8 * 1024 ** 3, kernel: '6.12.0' },
  versions: { precopy: '0.1.0', criu: '4.1.1', runc: '1.1.15', kernel: '6.12.107' },
  outcome: 'ok',
  settings: { workload: 'redis-server', memoryBytes: 100 * 1024 ** 2, dirtyRate: 200 },
  totalTime: 42_000,
  bytesSent: 110 * 1024 ** 2,
  downtime: 3000,
  ...changed,
});

const ways = { precopy: 3000, script: 8000, 'stop-and-copy': 14_000, docker: 243_000 } as const;

/** Five runs of each way, all with what a client saw. */
export const comparison: readonly RunRecord[] = Object.entries(ways).flatMap(([variant, gap]) =>
  [1, 2, 3, 4, 5].map((repetition) => {
    const longestGap = gap * (0.9 + repetition / 25);
    const report: Record<string, unknown> = { ...reportOf(migrated) };
    return run({
      variant,
      repetition,
      client: client(longestGap),
      parts: [
        { part: 'dump', ms: longestGap * 0.6 },
        { part: 'unexplained', ms: longestGap * 0.4 },
      ],
      ...(variant === 'precopy' ? { report } : {}),
    });
  }),
);

export const tuning: object = {
  version: 1,
  container: 'shop',
  front: [1, 2, 3].map((rounds) => ({
    options: ['--max-rounds', String(rounds)],
    rounds,
    downtime: { total: 2000 / rounds },
    sent: 100 * 1024 ** 2 * (1 + rounds / 10),
    total: 10_000 * rounds,
  })),
  recommended: {
    options: ['--max-rounds', '2'],
    rounds: 2,
    downtime: { total: 1000 },
    sent: 120 * 1024 ** 2,
    total: 20_000,
  },
};
