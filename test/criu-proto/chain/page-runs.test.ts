import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coverBy, growingRuns } from '../../../criu-proto/chain/page-runs.ts';

type Run = readonly [start: number, end: number];

/** Ascending runs that may touch. */
const anyRuns: fc.Arbitrary<readonly Run[]> = fc
  .array(fc.tuple(fc.nat(3), fc.integer({ min: 1, max: 5 })), { maxLength: 12 })
  .map((steps) => {
    let at = 0;
    return steps.map(([gap, length]): Run => {
      const start = at + gap;
      at = start + length;
      return [start, at];
    });
  });

const grown = (runs: readonly Run[]) => {
  const all = growingRuns();
  for (const [start, end] of runs) all.add(start, end);
  return all;
};

describe('runs of pages', () => {
  it('are one where they touch', () => {
    const runs = grown([
      [1, 2],
      [2, 4],
      [5, 6],
    ]);
    expect([runs.length, runs.start(0), runs.end(0), runs.start(1)]).toEqual([2, 1, 4, 5]);
  });

  it('are kept however many they are', () => {
    const runs = grown(Array.from({ length: 5000 }, (_, index) => [3 * index, 3 * index + 1]));
    expect([runs.length, runs.start(4999), runs.end(4999)]).toEqual([5000, 14_997, 14_998]);
  });

  it('cover what they cover, and the first gap is told', () => {
    fc.assert(
      fc.property(anyRuns, anyRuns, (wanted, there) => {
        const isThere = (page: number): boolean => there.some(([start, end]) => start <= page && page < end);
        const cover = coverBy(grown(there));
        for (const [start, end] of wanted) {
          const pages = Array.from({ length: end - start }, (_, index) => start + index);
          const first = pages.find((page) => !isThere(page));
          const behind = pages.find((page) => first !== undefined && page > first && isThere(page));
          expect(cover(start, end)).toEqual(
            first === undefined ? undefined : { start: first, end: behind ?? end },
          );
        }
      }),
    );
  });
});
