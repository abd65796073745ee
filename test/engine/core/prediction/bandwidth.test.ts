import { describe, expect, it } from 'vitest';
import { ASSUMED_BANDWIDTH, bandwidth } from '../../../../engine/core/prediction/bandwidth.ts';
import { round } from '../rounds.ts';

const PAGE = 4096;

describe('the bandwidth', () => {
  it('is bytes over time', () => {
    expect(bandwidth([round(0, { written: 100, transfer: 50 })])).toBe(2 * PAGE);
  });

  it('is assumed where no round tells', () => {
    expect(bandwidth([])).toBe(ASSUMED_BANDWIDTH);
    expect(bandwidth([round(0, { written: 0 }), round(1, { written: 5, transfer: 0 })])).toBe(
      ASSUMED_BANDWIDTH,
    );
  });

  it('follows a wire that has become slower', () => {
    const fast = round(0, { written: 1000, transfer: 100 });
    const slow = [1, 2, 3, 4].map((index) => round(index, { written: 1000, transfer: 1000 }));
    expect(bandwidth([fast, ...slow])).toBeLessThan(1.1 * PAGE);
  });

  it('is not spoilt by a round of a few pages, which is all latency', () => {
    const rounds = [
      round(0, { written: 100_000, transfer: 10_000 }),
      round(1, { written: 5, transfer: 200 }),
    ];
    expect(bandwidth(rounds)).toBeGreaterThan(9 * PAGE);
  });

  it('is not spoilt by many of them either', () => {
    // PostgreSQL with 64 MB: its final dump had 12.9 MB/s.
    const few = [94, 90, 93, 94, 83, 93].map((written, index) =>
      round(index + 1, { written, transfer: 800 }),
    );
    const rate = bandwidth([round(0, { written: 4201, transfer: 1934 }), ...few]);
    expect(rate * 1000).toBeGreaterThan(8_000_000);
  });
});
