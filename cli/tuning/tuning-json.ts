import type { Choice, Tuning } from '../../engine/model/simulation.ts';
import { capOptionFor, optionsFor } from '../options/policy-options.ts';
import type { Subject } from './tune-subject.ts';

/** The JSON of a tuning, documented in docs/understanding-output.md. */
export const tuningJson = (subject: Subject, { defaults, front, recommended }: Tuning): object => {
  const { container, from, to, load, pace, replay } = subject;
  return {
    version: 1,
    container,
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    load: {
      resident: load.memory.resident,
      privatePages: load.privatePages,
      curve: load.curve.points,
    },
    pace: { bytesPerSecond: Math.round(pace.rate * 1000), freezing: pace.freezing, ...pace.usual },
    defaults: choiceJson(defaults),
    front: front.map(choiceJson),
    recommended: choiceJson(recommended),
    ...(replay === undefined
      ? {}
      : {
          replay: {
            rounds: replay.rounds,
            sent: replay.sent,
            simulated: { rounds: replay.simulation.rounds.length, sent: replay.simulation.sent },
          },
        }),
  };
};

const choiceJson = ({ policy, simulation }: Choice): object => {
  const { rounds, decision, downtime, sent, total } = simulation;
  return {
    options: [...optionsFor(policy), ...capOptionFor(policy)],
    policy,
    rounds: rounds.length,
    stop: decision.reason,
    predicted: decision.estimate.total,
    downtime,
    sent,
    total,
  };
};
