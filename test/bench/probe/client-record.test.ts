import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clientRecord, longestGap } from '../../../bench/probe/client-record.ts';
import type { Asked } from '../../../bench/probe/probe.ts';
import { thin } from '../../../bench/probe/thin.ts';

const asked = (sentAt: number, at: number, right = true): Asked => ({
  request: sentAt,
  sentAt,
  answer: { at, right },
});

const seen = (requests: readonly Asked[], stoppedAt: number) => ({ requests, connections: [], stoppedAt });

describe('what a client saw', () => {
  it('has its gap between two right answers, in the order of the answers', () => {
    const requests = [asked(0, 1), asked(30, 45), asked(10, 12), asked(20, 40, false), asked(50, 51)];
    expect(longestGap(seen(requests, 52), 5)).toEqual({ began: 12, ended: 45 });
  });

  it('does not count a gap that was over before the command began', () => {
    const requests = [asked(0, 1), asked(99, 100), asked(109, 110), asked(129, 130)];
    expect(longestGap(seen(requests, 131), 105)).toEqual({ began: 110, ended: 130 });
  });

  it('has a gap without end where no answer came any more', () => {
    expect(longestGap(seen([asked(0, 1), { request: 2, sentAt: 2 }], 5000), 1)).toEqual({
      began: 1,
      ended: 5000,
    });
  });

  it('has its latency before the command, during it up to the gap, and after that', () => {
    const requests = [asked(0, 2), asked(10, 14), asked(20, 26), asked(90, 98), { request: 5, sentAt: 30 }];
    const record = clientRecord(seen(requests, 99), 5, 3);
    expect(record).toMatchObject({ requests: 5, failed: 1, wrong: 3, longestGap: 72, gapBegan: 21 });
    expect(record.latency.before.max).toBe(2);
    expect(record.latency.during).toEqual({ p50: 5, p99: 5.98, max: 6 });
    expect(record.latency.after.max).toBe(0);
  });
});

describe('a timeline that is thinned', () => {
  const point = fc.tuple(fc.integer({ min: -1000, max: 100_000 }), fc.integer({ min: 0, max: 60_000 }));

  it('keeps its extremes, its order, and no more than asked for', () => {
    fc.assert(
      fc.property(fc.array(point, { minLength: 1, maxLength: 500 }), (points) => {
        const thinned = thin(points, 40);
        const latencies = points.map(([, took]) => took);
        const kept = thinned.map(([, took]) => took);
        expect(thinned.length).toBeLessThanOrEqual(40);
        expect(Math.max(...kept)).toBe(Math.max(...latencies));
        expect(Math.min(...kept)).toBe(Math.min(...latencies));
        expect(thinned.map(([at]) => at)).toEqual(
          thinned.map(([at]) => at).sort((one, other) => one - other),
        );
      }),
    );
  });
});
