import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { curveOf, dirtiedIn } from '../../../../engine/core/simulation/dirty-curve.ts';
import { profileWindows } from '../../../../engine/core/simulation/profile-windows.ts';
import { millis, pages } from '../../../../engine/model/units.ts';
import { anySeen, seen } from '../loads.ts';

const all = pages(100_000);
const anyWindow = fc.double({ min: 0, max: 500_000, noNaN: true });
const close = 1e-6;

describe('the curve', () => {
  const curve = curveOf(seen([1000, 1000], [2000, 1500], [4000, 2000]), all);

  test.each([
    ['nothing in no time', 0, 0],
    ['a part of the first window', 500, 500],
    ['what was seen', 2000, 1500],
    ['in between, what lies between', 3000, 1750],
    ['the last rate, beyond what was seen', 8000, 3000],
    ['no more than there is', 10_000_000, 100_000],
  ])('says %s', (_, window, expected) => {
    expect(dirtiedIn(curve, window)).toBeCloseTo(expected);
  });

  it('takes a burst after a quiet time for chance', () => {
    const burst = curveOf(seen([1000, 10], [2000, 2000]), all);
    expect(dirtiedIn(burst, 1000)).toBeCloseTo(1000);
  });

  it('forgets no page that was given back', () => {
    expect(dirtiedIn(curveOf(seen([1000, 900], [2000, 300]), all), 2000)).toBe(900);
  });

  it('says nothing gets dirty where nothing was seen', () => {
    expect(dirtiedIn(curveOf([], all), 5000)).toBe(0);
  });

  it('never falls', () => {
    fc.assert(
      fc.property(anySeen, anyWindow, anyWindow, (points, one, other) => {
        const any = curveOf(points, all);
        const [shorter, longer] = [Math.min(one, other), Math.max(one, other)];
        expect(dirtiedIn(any, longer)).toBeGreaterThanOrEqual(dirtiedIn(any, shorter) - close);
      }),
    );
  });

  it('is concave, nowhere below what was seen, and nowhere above all there is', () => {
    fc.assert(
      fc.property(anySeen, anyWindow, anyWindow, (points, one, other) => {
        const any = curveOf(points, all);
        const middle = dirtiedIn(any, (one + other) / 2);
        expect(middle).toBeGreaterThanOrEqual((dirtiedIn(any, one) + dirtiedIn(any, other)) / 2 - 1e-3);
        for (const { window, dirty } of points)
          expect(dirtiedIn(any, window)).toBeGreaterThanOrEqual(Math.min(dirty, all) - 1e-3);
        expect(dirtiedIn(any, one)).toBeLessThanOrEqual(all);
      }),
    );
  });
});

describe('the windows of a profile', () => {
  test.each([
    [30_000, [250, 500, 1000, 2000, 4000, 8000, 30_000]],
    [32_000, [250, 500, 1000, 2000, 4000, 8000, 16_000, 32_000]],
    [400, [400]],
  ])('of %i ms double up to it', (duration, expected) => {
    expect(profileWindows(millis(duration))).toEqual(expected);
  });
});
