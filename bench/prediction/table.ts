// How far predictions were from what was measured, run by run.
//   node dist/bench/prediction/table.js FILE.jsonl [--json]
// `told` is what the engine said before the cut-over. `without` and `with` are what it says now of the same rounds: without any
// history, and with that of the runs before in the file; never with the run itself.
import { readFile } from 'node:fs/promises';
import { calibrate, defaultCosts } from '../../engine/core/costs.ts';
import { predictDowntime } from '../../engine/core/downtime.ts';
import { learnt } from '../../engine/core/history.ts';
import type { Downtime } from '../../engine/model/downtime.ts';
import type { PastCutOver } from '../../engine/model/past.ts';
import type { Calibration } from '../../engine/model/policy.ts';
import { millis } from '../../engine/model/units.ts';
import { time } from '../../engine/observe/format.ts';
import { table } from '../../engine/observe/layout.ts';
import { type MadeRun, readRuns } from './read-runs.ts';

const again = ({ rounds, resident }: PastCutOver, calibration: Calibration): Downtime => {
  const memory = { resident, unreachable: [], tmpfs: [] };
  return predictDowntime(calibrate(defaultCosts({ memory }, calibration), rounds), rounds);
};

interface Row {
  readonly scenario: string;
  readonly measured: Downtime;
  readonly told: Downtime;
  readonly without: Downtime;
  readonly with: Downtime;
}

const rowOf = ({ scenario, told, past }: MadeRun, index: number, all: readonly MadeRun[]): Row => ({
  scenario,
  measured: past.measured,
  told,
  without: again(past, {}),
  with: again(past, learnt(all.slice(0, index).map((each) => each.past))),
});

const ways = ['told', 'without', 'with'] as const;
type Way = (typeof ways)[number];

const errorOf = (row: Row, way: Way): number => row[way].total / row.measured.total - 1;
const percent = (share: number): string => `${share > 0 ? '+' : ''}${(share * 100).toFixed(0)} %`;

/** The value below which such a share of them lies; the next one above, rather than one in between. */
const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(values.length * share) - 1)] ?? Number.NaN;

const textOf = (rows: readonly Row[]): readonly string[] => {
  const sizes = (way: Way): readonly number[] => rows.map((row) => Math.abs(errorOf(row, way)));
  const summary = (name: string, share: number): readonly string[] => [
    name,
    '',
    ...ways.flatMap((way) => ['', `${(quantile(sizes(way), share) * 100).toFixed(0)} %`]),
  ];
  return table([
    ['run', 'measured', ...ways.flatMap((way) => [way, 'error'])],
    ...rows.map((row) => [
      row.scenario,
      time(row.measured.total),
      ...ways.flatMap((way) => [time(row[way].total), percent(errorOf(row, way))]),
    ]),
    summary('median of the error', 0.5),
    summary('90 % are below', 0.9),
  ]);
};

const parts = ['freeze', 'dump', 'transfer', 'fileSync', 'verify', 'restore', 'resume'] as const;

/** By which part it comes: the median of how far each was off, in either direction. */
const partsText = (rows: readonly Row[]): readonly string[] =>
  table([
    ['median error of', ...ways],
    ...parts.map((part) => [
      part,
      ...ways.map((way) =>
        time(
          millis(
            quantile(
              rows.map((row) => Math.abs(row[way][part] - row.measured[part])),
              0.5,
            ),
          ),
        ),
      ),
    ]),
  ]);

const [file = '', format] = process.argv.slice(2);
const rows = readRuns(await readFile(file, 'utf8')).map(rowOf);
process.stdout.write(
  format === '--json'
    ? `${JSON.stringify(rows, undefined, 1)}\n`
    : `${[...textOf(rows), '', ...partsText(rows)].join('\n')}\n`,
);
