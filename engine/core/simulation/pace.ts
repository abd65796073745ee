import type { Calibration } from '../../model/policy.ts';
import type { Round } from '../../model/round.ts';
import type { Pace, RoundPace } from '../../model/simulation.ts';
import { type Millis, millis } from '../../model/units.ts';
import { ASSUMED_BANDWIDTH, bandwidth } from '../prediction/bandwidth.ts';
import { cappedRate, heldBack } from '../prediction/cap.ts';
import { median, ordinary } from '../prediction/costs.ts';

/** From the end of a round to the start of the next one's processes: a decision and a page-server. */
const ORDINARY_OPENING = 100;
/** criu collects pages while the tasks stand still; at the end both sides say that they have done. */
const ORDINARY_SETTLING = millis(100);

/** A pair of machines as `defaultCosts` takes them to be. */
export const ordinaryPace = (rate: number = ASSUMED_BANDWIDTH): Pace => ({
  rate,
  freezing: ordinary.fixedFreeze,
  usual: {
    gap: millis(ORDINARY_OPENING + ordinary.roundOverhead),
    startup: ordinary.roundOverhead,
    settling: ORDINARY_SETTLING,
  },
  recorded: [],
  costs: {},
});

/** How fast the hosts were when they made these rounds. The rate is that of the best one: the others lost time besides. */
export const paceOfRounds = (rounds: readonly Round[], costs: Calibration = {}): Pace => {
  const rates = rounds.map(({ sent, transfer }) => sent / transfer).filter(isRate);
  // Where a cap held some back, the link is what their prediction took it to be.
  const best = rounds.some(heldBack) ? bandwidth(rounds) : Math.max(...rates);
  const { usual, ...pace } = ordinaryPace(rates.length === 0 ? undefined : best);
  const recorded = rounds.map((round, index) => roundPace(round, rounds[index - 1], pace.rate));
  const middle = (of: (pace: RoundPace) => Millis): Millis | undefined => middleOf(recorded.map(of));
  return {
    ...pace,
    freezing: middleOf(rounds.map(({ dirty }) => dirty.freezing)) ?? pace.freezing,
    usual: {
      // Round 0 comes after no other.
      gap: middleOf(recorded.slice(1).map(({ gap }) => gap)) ?? middle(({ gap }) => gap) ?? usual.gap,
      startup: middle(({ startup }) => startup) ?? usual.startup,
      settling: middle(({ settling }) => settling) ?? usual.settling,
    },
    recorded,
    costs,
  };
};

const isRate = (rate: number): boolean => Number.isFinite(rate) && rate > 0;

const roundPace = (round: Round, previous: Round | undefined, rate: number): RoundPace => {
  const startup = millis(Math.max(0, round.duration - round.transfer));
  const between = previous === undefined ? startup : round.window - previous.transfer;
  return {
    gap: millis(Math.max(startup, between)),
    startup,
    settling: millis(Math.max(0, round.transfer - round.sent / Math.min(rate, cappedRate(round.cap)))),
  };
};

const middleOf = (values: readonly Millis[]): Millis | undefined => {
  const middle = median(values);
  return middle === undefined ? undefined : millis(middle);
};
