import type { Downtime, DowntimeEstimate } from '../../model/downtime.ts';
import type { CostModel } from '../../model/policy.ts';
import type { Round } from '../../model/round.ts';
import {
  type Bytes,
  bytes,
  bytesToPages,
  type Millis,
  millis,
  type Pages,
  pages,
  pagesToBytes,
} from '../../model/units.ts';
import { bandwidth } from './bandwidth.ts';
import { cappedRate } from './cap.ts';
import { laterRounds } from './later-rounds.ts';

/** What a broken figure counts for: nothing. A prediction must stay a number one can compare with a budget. */
const sane = (value: number): number => (Number.isFinite(value) && value > 0 ? value : 0);

/**
 * Private pages that will be dirty when the tasks freeze for good, if the cut-over begins now.
 *
 * Not what the last round sent, but what is dirtied from its freeze to the final one, at the last round's rate, and no
 * more than the container works on.
 */
export const dirtyAtCutOver = (costs: CostModel, rounds: readonly Round[]): Pages => {
  const last = rounds.at(-1);
  if (last === undefined) {
    return bytesToPages(bytes(sane(costs.copyable)));
  }
  // Until a second round has shown a rate, everything sent may be dirty again.
  if (last.index === 0 || !(last.window > 0)) {
    return pages(sane(last.dirty.pagesWritten));
  }
  const exposed = exposure(last, rounds.at(-2));
  const dirtied = (sane(last.dirty.pagesWritten) / last.window) * exposed;
  // However fast: a window too short to divide by is no reason to expect nothing.
  return pages(Math.min(Number.isNaN(dirtied) ? 0 : dirtied, workingSet(costs, rounds, exposed)));
};

/**
 * From the last round's freeze to the final one, in milliseconds: the last round's transfer, then as long as it took
 * from the end of the round before to this one's freeze (decision, page-server, process starts).
 */
const exposure = (last: Round, previous: Round | undefined): number => {
  const between = previous === undefined ? last.duration - last.transfer : last.window - previous.transfer;
  return sane(last.transfer) + sane(between);
};

/** A time no longer than an observed window dirties no more than the most that was dirtied in any. */
const workingSet = (costs: CostModel, rounds: readonly Round[], exposed: number): number => {
  const later = laterRounds(rounds);
  const largest = Math.max(0, ...later.map((round) => sane(round.dirty.pagesWritten)));
  const longest = Math.max(0, ...later.map((round) => sane(round.window)));
  return exposed <= longest ? largest : Math.max(largest, bytesToPages(bytes(sane(costs.resident))));
};

/** All that has to go over the wire while the tasks stand still. */
export const sizeAtCutOver = (costs: CostModel, dirty: Pages, shared: Pages): Bytes =>
  bytes(pagesToBytes(dirty) + pagesToBytes(pages(sane(shared))) + sane(costs.unreachable));

/**
 * The downtime to expect if the cut-over begins now. Every part is finite and not negative, whatever it is given. `cap`: on
 * the link while the tasks stand still.
 */
export const predictDowntime = (
  costs: CostModel,
  rounds: readonly Round[],
  cap?: Bytes,
): DowntimeEstimate => {
  const shared = rounds.at(-1)?.dirty.sharedPagesWritten ?? pages(0);
  const rate = Math.min(bandwidth(rounds), cappedRate(cap));
  return downtimeOf(costs, sizeAtCutOver(costs, dirtyAtCutOver(costs, rounds), shared), rate);
};

/** What a cut-over takes that has to send so much, at so many bytes per millisecond. */
export const downtimeOf = (costs: CostModel, size: Bytes, rate: number): DowntimeEstimate =>
  withTotal({
    freeze: millis(sane(costs.fixedFreeze)),
    dump: millis(sane(costs.fixedDump) + size / rate),
    transfer: millis(sane(costs.fixedTransfer)),
    fileSync: millis(sane(costs.fileSync)),
    verify: millis(sane(costs.verify)),
    restore: millis(sane(costs.fixedRestore) + sane(costs.resident) * sane(costs.restorePerByte)),
    resume: millis(sane(costs.resume)),
  });

/** Measured minus predicted, by part: positive where it took longer than predicted. */
export const downtimeError = (predicted: DowntimeEstimate, measured: Downtime): Downtime => ({
  freeze: minus(measured.freeze, predicted.freeze),
  dump: minus(measured.dump, predicted.dump),
  transfer: minus(measured.transfer, predicted.transfer),
  fileSync: minus(measured.fileSync, predicted.fileSync),
  verify: minus(measured.verify, predicted.verify),
  restore: minus(measured.restore, predicted.restore),
  resume: minus(measured.resume, predicted.resume),
  total: minus(measured.total, predicted.total),
});

const minus = (left: Millis, right: Millis): Millis => millis(left - right);

const withTotal = (parts: Omit<Downtime, 'total'>): Downtime => ({
  ...parts,
  total: millis(Object.values(parts).reduce((sum, part) => sum + part, 0)),
});
