import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../../../bench/model/run-record.ts';
import { ratioInterval } from '../../../bench/stats/bootstrap.ts';
import { median, quantile } from '../../../bench/stats/quantile.ts';
import { summarize } from '../../../bench/stats/summary.ts';
import { summaryText } from '../../../bench/stats/summary-text.ts';

const latency = { p50: 1, p99: 2, max: 3 };

const run = (
  variant: string,
  repetition: number,
  gap: number,
  outcome: RunRecord['outcome'] = 'ok',
): RunRecord => ({
  version: 1,
  at: '2026-01-01T00:00:00Z',
  scenario: 'small',
  variant,
  repetition,
  machine: { cores: 2, memoryBytes: 1, kernel: '6' },
  versions: { precopy: '0', criu: '4', runc: '1', kernel: '6' },
  outcome,
  settings: { workload: 'redis', memoryBytes: 1, dirtyRate: 1 },
  client: {
    requests: 1,
    failed: 0,
    wrong: 0,
    longestGap: gap,
    gapBegan: 0,
    latency: { before: latency, during: latency, after: latency },
    timeline: [],
  },
  totalTime: 10 * gap,
  parts: [{ part: 'dump', ms: gap / 2 }],
});

describe('a quantile', () => {
  it('is a value of the sample at its ends, and lies between neighbours elsewhere', () => {
    expect([0, 0.5, 1].map((share) => quantile([4, 1, 3, 2], share))).toEqual([1, 2.5, 4]);
  });

  it('never leaves the sample', () => {
    const numbers = fc.array(fc.integer(), { minLength: 1 });
    fc.assert(
      fc.property(numbers, fc.double({ min: 0, max: 1, noNaN: true }), (values, share) => {
        const found = quantile(values, share);
        expect(found).toBeGreaterThanOrEqual(Math.min(...values));
        expect(found).toBeLessThanOrEqual(Math.max(...values));
      }),
    );
  });
});

describe('the interval of a ratio', () => {
  it('is the ratio itself where nothing varies, and holds it where something does', () => {
    expect(ratioInterval([1, 1, 1], [4, 4, 4])).toEqual({ low: 0.25, high: 0.25 });
    const [fast, slow] = [
      [1, 1.2, 0.9, 1.1, 1],
      [4, 5, 3.5, 4.2, 4.1],
    ];
    const { low, high } = ratioInterval(fast, slow);
    expect(low).toBeLessThan(median(fast) / median(slow));
    expect(high).toBeGreaterThan(median(fast) / median(slow));
  });

  it('is the same each time', () => {
    expect(ratioInterval([1, 2, 3], [4, 5, 6])).toEqual(ratioInterval([1, 2, 3], [4, 5, 6]));
  });
});

describe('a summary', () => {
  const records = [
    run('precopy', 0, 9000),
    run('script', 0, 90_000),
    run('precopy', 1, 1000),
    run('script', 1, 4000),
    run('precopy', 2, 3000),
    run('script', 2, 8000, 'failed'),
  ];
  const more = [...records, run('precopy', 3, 2000), run('script', 3, 4000), run('script', 4, 4000)];

  it('counts neither warm-ups nor what a failed run measured, and tells that it failed', () => {
    const [precopy, script] = summarize(records, 'precopy');
    expect(precopy).toMatchObject({ runs: 2, failed: 0, gap: { median: 2000, least: 1000, most: 3000 } });
    expect(script).toMatchObject({ runs: 2, failed: 1, gap: { median: 4000 } });
    expect(script?.ratio).toEqual({ ratio: 0.5 });
    expect(summarize(more, 'precopy')[1]?.ratio).toEqual({ ratio: 0.5, interval: { low: 0.25, high: 0.75 } });
    expect(precopy?.ratio).toBeUndefined();
  });

  it('shows spread and interval with every median and ratio', () => {
    const text = summaryText(summarize(records, 'precopy'), 'precopy').join('\n');
    expect(text).toContain('2.00 s [1.00 s - 3.00 s]');
    expect(text).toContain('2, 1 failed');
    expect(text).toContain('0.50 [too few runs]');
    expect(summaryText(summarize(more, 'precopy'), 'precopy').join('\n')).toContain('0.50 [0.25 - 0.75]');
    expect(text).toContain('dump 1.00 s');
  });
});
