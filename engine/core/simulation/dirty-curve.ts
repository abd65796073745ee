import type { DirtyWindow } from '../../model/profile.ts';
import type { DirtyCurve } from '../../model/simulation.ts';
import { millis, type Pages, pages } from '../../model/units.ts';

const origin: DirtyWindow = { window: millis(0), dirty: pages(0) };

/**
 * The lowest curve that is concave and nowhere below what was seen.
 *
 * A page that is written again is not dirtied again, so on average each further second brings fewer new pages than the one
 * before. A quiet beginning followed by a burst is chance: a round may as well begin with the burst.
 */
export const curveOf = (seen: readonly DirtyWindow[], most: Pages): DirtyCurve => {
  const hull: DirtyWindow[] = [origin];
  let highest = 0;
  for (const { window, dirty } of seen.toSorted((a, b) => a.window - b.window)) {
    if (!(window > 0 && dirty >= 0)) continue;
    // Pages that were given back since are seen no more, and yet were dirty.
    highest = Math.max(highest, dirty);
    const point = { window, dirty: pages(Math.min(highest, most)) };
    while (liesBelow(hull, point)) hull.pop();
    hull.push(point);
  }
  return { points: hull.slice(1), most };
};

/** Does the last point of the hull lie below the line from the one before it to `point`? */
const liesBelow = (hull: readonly DirtyWindow[], point: DirtyWindow): boolean => {
  const [before, last] = hull.slice(-2);
  if (before === undefined || last === undefined) return false;
  return slope(before, last) <= slope(before, point);
};

const slope = (from: DirtyWindow, to: DirtyWindow): number => {
  const time = to.window - from.window;
  return time > 0 ? (to.dirty - from.dirty) / time : Number.NEGATIVE_INFINITY;
};

/** How many distinct pages are dirtied within so long; beyond what was seen, at the rate seen last. */
export const dirtiedIn = ({ points, most }: DirtyCurve, window: number): number => {
  let [before, to] = [origin, origin];
  for (const point of points) {
    [before, to] = [to, point];
    if (window <= to.window) break;
  }
  if (!(window > 0) || to === origin) return 0;
  return Math.min(most, Math.max(0, to.dirty + (window - to.window) * slope(before, to)));
};
