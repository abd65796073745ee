import { type Choice, GIVEN_FOR_BYTES, type Simulation, type Tuning } from '../../model/simulation.ts';
import type { Bytes } from '../../model/units.ts';
import { counted, percent, size, time } from '../text/format.ts';
import { table, wrapped } from '../text/layout.ts';

/** What a recorded migration did, beside what the simulator makes of it. */
export interface Replay {
  readonly rounds: number;
  readonly sent: Bytes;
  readonly simulation: Simulation;
}

/** The front as a table, the recommended row marked. `options` tells the options of `precopy migrate` for a choice. */
export const tuningText = (tuning: Tuning, options: (choice: Choice) => string): readonly string[] => {
  const { front, recommended, defaults } = tuning;
  const rowOf = (choice: Choice): readonly string[] => {
    const { rounds, decision, downtime, sent, total } = choice.simulation;
    return [
      choice === recommended ? '*' : '',
      String(rounds.length),
      time(downtime.total),
      size(sent),
      time(total),
      decision.reason.kind,
      choice === defaults || options(choice) === '' ? '(the defaults)' : options(choice),
    ];
  };
  const shown = front.some((choice) => options(choice) === '') ? front : [...front, defaults];
  return [
    ...table(
      [['', 'rounds', 'downtime', 'sent', 'total', 'stops with', 'options'], ...shown.map(rowOf)],
      [0, 5, 6],
    ),
    '',
    ...wrapped('recommended  ', reasonFor(tuning)),
  ];
};

const reasonFor = ({ front, recommended }: Tuning): string => {
  const { downtime, sent } = recommended.simulation;
  const least = front[0];
  if (least === undefined || least === recommended) {
    return front.length > 1
      ? `the least downtime, ${time(downtime.total)}: all with fewer bytes take at least ${percent(GIVEN_FOR_BYTES)} longer`
      : 'nothing else is better in anything';
  }
  const more = downtime.total / least.simulation.downtime.total - 1;
  const fewer = 1 - sent / least.simulation.sent;
  return (
    `the fewest bytes of those within ${percent(GIVEN_FOR_BYTES)} of the least downtime: ` +
    `${percent(more)} more downtime than the first row, ${percent(fewer)} fewer bytes`
  );
};

/** How far the simulator is to be believed, by a migration whose outcome is known. */
export const replayText = ({ rounds, sent, simulation }: Replay): readonly string[] =>
  wrapped(
    'replayed     ',
    `with its own thresholds it made ${counted(rounds, 'round', 'rounds')} and sent ${size(sent)}; ` +
      `simulated, ${counted(simulation.rounds.length, 'round', 'rounds')} and ${size(simulation.sent)}`,
  );
