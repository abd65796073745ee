import type { DirtyStats } from '../../model/dirty-stats.ts';
import type { Policy } from '../../model/policy.ts';
import type { Round } from '../../model/round.ts';
import type { Load, Pace, RoundPace, Simulation } from '../../model/simulation.ts';
import {
  type Bytes,
  bytes,
  type Millis,
  millis,
  type Pages,
  pages,
  pagesToBytes,
} from '../../model/units.ts';
import { cappedRate } from '../prediction/cap.ts';
import { calibrate, defaultCosts } from '../prediction/costs.ts';
import { downtimeOf, sizeAtCutOver } from '../prediction/downtime.ts';
import { decide, makesRounds } from '../rounds/decide.ts';
import { dirtiedIn } from './dirty-curve.ts';

/**
 * A migration of such a load, at such a pace, as the engine would carry it out. What is decided after each round, `decide`
 * decides; only what rounds find, and how long they take, is made up here.
 */
export const simulate = (load: Load, pace: Pace, policy: Policy): Simulation => {
  const costs = defaultCosts(load, pace.costs);
  const rounds: Round[] = [];
  let elapsed = 0;
  for (;;) {
    if (makesRounds(policy)) {
      const round = nextRound(load, pace, rounds, policy.maxBandwidth);
      elapsed += paceOf(pace, round.index).gap + round.transfer;
      rounds.push(round);
    }
    const decision = decide(policy, calibrate(costs, rounds), rounds, millis(elapsed), false);
    if (decision.kind === 'another-round') continue;
    const finalPages = dirtied(load, pace, rounds);
    const rate = Math.min(pace.rate, cappedRate(policy.maxBandwidthFrozen));
    const left = sizeAtCutOver(costs, finalPages, pages(0));
    const downtime = downtimeOf(calibrate(costs, [usualRound(pace)]), left, rate);
    return {
      rounds,
      decision,
      finalPages,
      downtime,
      total: millis(elapsed + paceOf(pace, rounds.length).gap + downtime.total),
      sent: bytes(rounds.reduce<number>((sum, each) => sum + each.sent, left)),
    };
  }
};

/** By which a cut-over is measured: not by those that were made, of which one may have been slow by chance. */
const usualRound = ({ freezing, usual }: Pace): Round => ({
  index: 0,
  dirty: statsOf(pages(0), { freezing, frozen: usual.settling }),
  sent: bytes(0),
  window: millis(0),
  transfer: usual.settling,
  duration: millis(usual.startup + usual.settling),
});

const paceOf = ({ recorded, usual }: Pace, index: number): RoundPace => recorded[index] ?? usual;

/** The time in which what the next round, or the final dump, finds is dirtied. */
const windowAfter = (last: Round, pace: Pace): Millis =>
  millis(last.transfer + paceOf(pace, last.index + 1).gap);

/** Private pages that the next round, or the final dump, finds. */
const dirtied = (load: Load, pace: Pace, rounds: readonly Round[]): Pages => {
  const last = rounds.at(-1);
  if (last === undefined) return load.privatePages;
  const dirty = dirtiedIn(load.curve, windowAfter(last, pace)) * (load.intensity[rounds.length] ?? 1);
  return pages(Math.min(load.privatePages, Math.round(dirty)));
};

const nextRound = (load: Load, pace: Pace, rounds: readonly Round[], cap: Bytes | undefined): Round => {
  const index = rounds.length;
  const last = rounds.at(-1);
  const pagesWritten = dirtied(load, pace, rounds);
  const sent = pagesToBytes(pagesWritten);
  const { startup, settling } = paceOf(pace, index);
  const transfer = settling + sent / Math.min(pace.rate, cappedRate(cap));
  return {
    index,
    dirty: statsOf(pagesWritten, { freezing: pace.freezing, frozen: settling }),
    sent,
    window: last === undefined ? millis(0) : windowAfter(last, pace),
    transfer: millis(transfer),
    duration: millis(startup + transfer),
    ...(cap === undefined ? {} : { cap }),
  };
};

const statsOf = (pagesWritten: Pages, times: Pick<DirtyStats, 'freezing' | 'frozen'>): DirtyStats => ({
  pagesWritten,
  pagesSkippedParent: pages(0),
  sharedPagesWritten: pages(0),
  ...times,
  memoryDump: millis(0),
  memoryWrite: millis(0),
});
