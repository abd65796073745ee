import type { MemoryFacts } from '../../model/facts.ts';
import type { DirtyProfile, DirtyWindow } from '../../model/profile.ts';
import type { Round } from '../../model/round.ts';
import type { DirtyCurve, Load } from '../../model/simulation.ts';
import { millis, type Pages, pages } from '../../model/units.ts';
import { laterRounds } from '../prediction/later-rounds.ts';
import { curveOf, dirtiedIn } from './dirty-curve.ts';

/** What a profile says of a container. */
export const loadOfProfile = ({ memory, privatePages, windows }: DirtyProfile): Load => ({
  memory,
  privatePages,
  curve: curveOf(windows, privatePages),
  intensity: [],
});

/** What the rounds of a migration say of the container: round 0 how much there is, the others how fast it gets dirty. */
export const loadOfRounds = (memory: MemoryFacts, rounds: readonly Round[]): Load => {
  const privatePages = pages(Math.max(0, ...rounds.map(({ dirty }) => dirty.pagesWritten)));
  const seen = laterRounds(rounds).map(({ window, dirty }) => ({ window, dirty: dirty.pagesWritten }));
  const upper = curveOf(alike(seen), privatePages);
  const curve = lowered(upper, mean(seen.map((each) => intensityOf(each, upper))), privatePages);
  const intensity = rounds.map(({ index, window, dirty }) =>
    index === 0 ? 1 : intensityOf({ window, dirty: dirty.pagesWritten }, curve),
  );
  return { memory, privatePages, curve, intensity };
};

const intensityOf = ({ window, dirty }: DirtyWindow, curve: DirtyCurve): number => {
  const expected = dirtiedIn(curve, window);
  return expected > 0 ? dirty / expected : 1;
};

const mean = (values: readonly number[]): number =>
  values.length === 0 ? 1 : values.reduce((sum, value) => sum + value, 0) / values.length;

/** A curve above all that was seen becomes one through the middle of it. */
const lowered = ({ points }: DirtyCurve, by: number, most: Pages): DirtyCurve => ({
  points: points.map(({ window, dirty }) => ({ window, dirty: pages(dirty * by) })),
  most,
});

/** Windows that differ by less than this share are taken to be of the same length. */
const SAME = 0.2;

/** One point, the mean, for all windows of about the same length: what differs among them is chance. */
const alike = (seen: readonly DirtyWindow[]): readonly DirtyWindow[] => {
  const groups: DirtyWindow[][] = [];
  for (const each of seen.toSorted((a, b) => a.window - b.window)) {
    const group = groups.at(-1);
    if (group?.[0] !== undefined && each.window <= group[0].window * (1 + SAME)) group.push(each);
    else groups.push([each]);
  }
  return groups.map((group) => ({
    window: millis(mean(group.map(({ window }) => window))),
    dirty: pages(mean(group.map(({ dirty }) => dirty))),
  }));
};
