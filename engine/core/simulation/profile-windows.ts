import { type Millis, millis } from '../../model/units.ts';

const SHORTEST = 250;
/** A window is at least this much longer than the one before. */
const STEP = 2;

/** Windows to look at within so long: each twice the one before, and at last the whole time. */
export const profileWindows = (duration: Millis): readonly Millis[] => {
  const windows: Millis[] = [];
  for (let window = SHORTEST; window * STEP <= duration; window *= STEP) windows.push(millis(window));
  return [...windows, duration];
};
