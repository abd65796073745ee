// What the simulator makes of migrations that were made: rounds and bytes beside those of the lab, run by run.
//   node dist/bench/prediction/simulated.js FILE.jsonl [--json]
// `replayed`: the dirtying that the migration's own rounds recorded. `profiled`: a profile taken before it, and the pace of hosts as all
// runs before it in the file showed it. Both with the migration's own thresholds.
import { readFile } from 'node:fs/promises';
import { learnt } from '../../engine/core/history.ts';
import { loadOfProfile, loadOfRounds } from '../../engine/core/load.ts';
import { paceOfRounds } from '../../engine/core/pace.ts';
import { simulate } from '../../engine/core/simulate.ts';
import type { Simulation } from '../../engine/model/simulation.ts';
import { table } from '../../engine/observe/layout.ts';
import { type MadeRun, readRuns } from './read-runs.ts';

interface Row {
  readonly scenario: string;
  readonly rounds: number;
  readonly sent: number;
  readonly stop: string;
  readonly replayed?: Simulated;
  readonly profiled?: Simulated;
}

interface Simulated {
  readonly rounds: number;
  readonly stop: string;
  /** Of those that were sent. */
  readonly share: number;
}

const simulated = ({ rounds, sent, decision }: Simulation, really: number): Simulated => ({
  rounds: rounds.length,
  stop: decision.reason.kind,
  share: sent / really,
});

const rowOf = (run: MadeRun, index: number, all: readonly MadeRun[]): Row => {
  const { scenario, past, profile, policy, sent, stop } = run;
  const before = all.slice(0, index);
  const costs = learnt(before.map((each) => each.past));
  const memory = { resident: past.resident, unreachable: [], tmpfs: [] };
  // One round shows no rate: there is nothing to repeat.
  const replayed =
    past.rounds.length < 2
      ? undefined
      : simulate(loadOfRounds(memory, past.rounds), paceOfRounds(past.rounds, costs), policy);
  const known = before.at(-1);
  const profiled =
    profile === undefined || known === undefined
      ? undefined
      : simulate(loadOfProfile(profile), { ...paceOfRounds(known.past.rounds, costs), recorded: [] }, policy);
  return {
    scenario,
    rounds: past.rounds.length,
    sent,
    stop,
    ...(replayed === undefined ? {} : { replayed: simulated(replayed, sent) }),
    ...(profiled === undefined ? {} : { profiled: simulated(profiled, sent) }),
  };
};

const cells = (made: Simulated | undefined): readonly string[] =>
  made === undefined ? ['', '', ''] : [String(made.rounds), made.stop, `${(made.share * 100).toFixed(0)} %`];

const [file = '', format] = process.argv.slice(2);
const rows = readRuns(await readFile(file, 'utf8')).map(rowOf);
const text = table([
  ['run', 'rounds', 'stopped by', 'replayed', '', 'bytes', 'profiled', '', 'bytes'],
  ...rows.map(({ scenario, rounds, stop, replayed, profiled }) => [
    scenario,
    String(rounds),
    stop,
    ...cells(replayed),
    ...cells(profiled),
  ]),
]);
process.stdout.write(
  format === '--json' ? `${JSON.stringify(rows, undefined, 1)}\n` : `${text.join('\n')}\n`,
);
