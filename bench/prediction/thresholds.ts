// Thresholds tried one by one on the same workload, beside those that were recommended for it.
//   node dist/bench/prediction/thresholds.js FILE.jsonl RECOMMENDED
// try-thresholds.js makes the runs. RECOMMENDED: the options as `precopy tune` says them, in one word, as '--max-rounds 2'; '' for the defaults.
import { readFile } from 'node:fs/promises';
import { millis } from '../../engine/model/units.ts';
import { time } from '../../engine/observe/format.ts';
import { table } from '../../engine/observe/layout.ts';
import { type RunRecord, runRecordSchema } from '../model/run-record.ts';
import { migrationOf } from '../report/inputs.ts';
import { grouped } from '../report/spread.ts';
import { quantile } from '../stats/quantile.ts';

interface Tried {
  readonly options: string;
  readonly runs: number;
  /** Medians. */
  readonly rounds: number;
  readonly downtime: number;
  readonly sent: number;
}

const triedOf = ([options, runs]: readonly [string, readonly RunRecord[]]): Tried => {
  const reports = runs.flatMap(({ report }) => migrationOf(report) ?? []);
  return {
    options,
    runs: runs.length,
    rounds: quantile(
      reports.map(({ rounds }) => rounds.length),
      0.5,
    ),
    downtime: quantile(
      runs.map(({ downtime }) => downtime ?? Number.NaN),
      0.5,
    ),
    sent: quantile(
      reports.map(({ pageBytes }) => pageBytes),
      0.5,
    ),
  };
};

const of = (part: number, whole: number): string => `${(part / whole).toFixed(2)} x`;

const [file = '', recommended = ''] = process.argv.slice(2);
const runs = (await readFile(file, 'utf8'))
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => runRecordSchema.parse(JSON.parse(line)))
  .filter(({ outcome }) => outcome === 'ok');
if (new Set(runs.map(({ scenario }) => scenario)).size > 1)
  throw new Error(`${file} has runs of more than one subject, which cannot be compared`);
const tried = grouped(runs, ({ settings }) => settings.policy?.join(' ') ?? '').map(triedOf);
const best = tried.toSorted((a, b) => a.downtime - b.downtime)[0];
process.stdout.write(
  `${table([
    ['', 'options', 'runs', 'rounds', 'downtime', 'of the best', 'bytes of its'],
    ...tried.map((each) => [
      each.options === recommended ? '*' : '',
      each.options === '' ? '(the defaults)' : each.options,
      String(each.runs),
      String(each.rounds),
      time(millis(each.downtime)),
      of(each.downtime, best?.downtime ?? Number.NaN),
      of(each.sent, best?.sent ?? Number.NaN),
    ]),
  ]).join('\n')}\n`,
);
