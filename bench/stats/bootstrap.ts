import { median, quantile } from './quantile.ts';

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Draws as many of the sample as it has, with repeats. */
const redraw = (sample: readonly number[], random: () => number): readonly number[] =>
  sample.map(() => sample[Math.floor(random() * sample.length)] ?? Number.NaN);

/** mulberry32: the same numbers each time, so that the same runs give the same table. */
const seeded = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

const DRAWS = 10_000;

/** Between what the ratio of the medians lies in 95 of 100 draws from the same samples (percentile bootstrap). */
export const ratioInterval = (numerator: readonly number[], denominator: readonly number[]): Interval => {
  const random = seeded(1);
  const ratios = Array.from(
    { length: DRAWS },
    () => median(redraw(numerator, random)) / median(redraw(denominator, random)),
  );
  return { low: quantile(ratios, 0.025), high: quantile(ratios, 0.975) };
};
