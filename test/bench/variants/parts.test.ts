import { describe, expect, it } from 'vitest';
import { partsOfMarks, partsOfReport } from '../../../bench/variants/parts.ts';

const sum = (parts: readonly { readonly ms: number }[]): number => parts.reduce((all, { ms }) => all + ms, 0);

describe('the parts of a gap', () => {
  const marks = [
    { part: 'prepare', at: 0 },
    { part: 'dump', at: 100 },
    { part: 'transfer', at: 300 },
    { part: 'restore', at: 600 },
    { part: 'end', at: 1000 },
  ];

  it('are what of each step lies in it; the rest is told', () => {
    const gap = { began: 150, ended: 1100 };
    expect(partsOfMarks(marks, gap, 40)).toEqual([
      { part: 'dump', ms: 150 },
      { part: 'transfer', ms: 300 },
      { part: 'restore', ms: 400 },
      { part: 'network', ms: 40 },
      { part: 'unexplained', ms: 60 },
    ]);
  });

  it('do not count as network what the client waited while the last step was still under way', () => {
    const parts = partsOfMarks(marks, { began: 150, ended: 900 }, 500);
    expect(parts).toContainEqual({ part: 'network', ms: 0 });
    expect(parts).toContainEqual({ part: 'restore', ms: 300 });
    expect(sum(parts)).toBe(750);
  });

  it('add up to the gap where the tool reported them, too', () => {
    const reported = { freeze: 10, dump: 20, transfer: 30, fileSync: 0, verify: 5, restore: 40, resume: 5 };
    const gap = { began: 0, ended: 200 };
    const parts = partsOfReport({ ...reported, total: 110 }, gap, 30);
    expect(parts).toContainEqual({ part: 'network', ms: 30 });
    expect(parts).toContainEqual({ part: 'unexplained', ms: 60 });
    expect(sum(parts)).toBe(200);
  });
});
