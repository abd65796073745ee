/** The clock's microseconds, and nothing it does not know. */
export const micros = (milliseconds: number): number => Math.round(milliseconds * 1000) / 1000;

type Point = readonly [number, number];

/** At most so many points, in order of time: of each stretch of as many requests, the lowest and the highest. */
export const thin = (points: readonly Point[], most: number): readonly Point[] => {
  const sorted = points.toSorted(([one], [other]) => one - other);
  const size = Math.max(1, Math.ceil((2 * sorted.length) / most));
  const kept: Point[] = [];
  for (let start = 0; start < sorted.length; start += size) {
    const stretch = sorted.slice(start, start + size);
    const by = stretch.toSorted(([, one], [, other]) => one - other);
    const extremes = new Set([by[0], by.at(-1)]);
    kept.push(...(sorted.length <= most ? stretch : stretch.filter((point) => extremes.has(point))));
  }
  return kept.map(([at, took]) => [micros(at), micros(took)]);
};
