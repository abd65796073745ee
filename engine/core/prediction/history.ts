import type { Downtime } from '../../model/downtime.ts';
import type { PastCutOver } from '../../model/past.ts';
import type { Calibration } from '../../model/policy.ts';
import { type Millis, millis } from '../../model/units.ts';
import { bandwidth } from './bandwidth.ts';
import { median, ordinary, overheadOf } from './costs.ts';

/**
 * What earlier cut-overs between two hosts say of the next one. Each is brought to the speed that is usual for these hosts
 * first: one that was made while they were busy counts for what it would have taken otherwise.
 *
 * Nothing where none is known: the ordinary figures hold then.
 */
export const learnt = (past: readonly PastCutOver[]): Calibration => {
  const made = past.flatMap((each) => {
    const overhead = overheadOf(each.rounds) ?? 0;
    return overhead > 0 ? [{ ...each, overhead }] : [];
  });
  const usual = median(made.map(({ overhead }) => overhead));
  if (usual === undefined) return {};
  const cutOvers = made.map((each) => atUsualSpeed(each, (usual / each.overhead) ** ROUNDS_TELL));
  const restorePerByte = perByte(cutOvers, (ordinary.restorePerByte * usual) / ordinary.roundOverhead);
  const middle = (of: (cutOver: CutOver) => number): Millis => millis(median(cutOvers.map(of)) ?? 0);
  return {
    roundOverhead: millis(usual),
    roundsTell: ROUNDS_TELL,
    fixedDump: middle(({ dump }) => dump),
    fixedTransfer: middle(({ transfer }) => transfer),
    fileSync: middle(({ fileSync }) => fileSync),
    verify: middle(({ verify }) => verify),
    fixedRestore: middle(({ restore, resident }) => Math.max(0, restore - resident * restorePerByte)),
    resume: middle(({ resume }) => resume),
    restorePerByte,
  };
};

type CutOver = Pick<Downtime, 'dump' | 'transfer' | 'fileSync' | 'verify' | 'restore' | 'resume'> &
  Pick<PastCutOver, 'resident'>;

/** Of the dump, what did not go into sending pages. */
const atUsualSpeed = ({ measured, rounds, left, resident }: PastCutOver, by: number): CutOver => ({
  dump: millis(Math.max(0, measured.dump - left / bandwidth(rounds)) * by),
  transfer: millis(measured.transfer * by),
  fileSync: millis(measured.fileSync * by),
  verify: millis(measured.verify * by),
  restore: millis(measured.restore * by),
  resume: millis(measured.resume * by),
  resident,
});

/** Containers must differ in memory by this factor for a difference in their restores to say something. */
const APART = 2;
/**
 * Where hosts are known, rounds that start more slowly than usual say half as much, as powers go. What slows them is often the container itself, which
 * stands still at the cut-over, or something else that has passed by then.
 */
const ROUNDS_TELL = 0.5;

/** Fewer pairs than this say nothing: one slow restore would be taken for the price of memory. */
const PAIRS = 6;
/** A host's memory is never taken to be more than this much slower than its processor. */
const DEAREST = 10;

/** The middle of all slopes between two cut-overs: some that were slow by chance do not tilt it. */
const perByte = (cutOvers: readonly CutOver[], assumed: number): number => {
  const slopes: number[] = [];
  for (const [index, one] of cutOvers.entries())
    for (const other of cutOvers.slice(index + 1)) {
      const [less, more] = one.resident < other.resident ? [one, other] : [other, one];
      if (more.resident >= less.resident * APART)
        slopes.push(Math.max(0, (more.restore - less.restore) / (more.resident - less.resident)));
    }
  return slopes.length < PAIRS ? assumed : Math.min(assumed * DEAREST, median(slopes) ?? assumed);
};
