import { millis } from '../../engine/model/units.ts';
import { time } from '../../engine/observe/text/format.ts';
import type { RunRecord } from '../model/run-record.ts';
import { shortSize, shortTime } from './charts/axes.ts';
import { escaped, unbroken } from './html.ts';
import type { Migration } from './records/inputs.ts';
import { standstill } from './records/runs.ts';
import { fiveNumbers, grouped } from './records/spread.ts';

/** When, on what, and with which programs. */
export const machineText = ([run]: readonly RunRecord[]): string => {
  if (run === undefined) return '';
  const { machine, versions, at } = run;
  const programs = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const where = `${machine.cores} cores, ${shortSize(machine.memoryBytes)}, Linux ${machine.kernel}`;
  return `<p class="quiet">${escaped(`${at.slice(0, 10)}; ${where}; on the hosts ${programs.join(', ')}`)}</p>`;
};

export const failuresText = (failed: readonly RunRecord[] = []): string =>
  failed
    .map(({ scenario, variant, failure = '' }) => [`${scenario}, ${variant}: `, failure].join(''))
    .map((line) => `<p class="bad">failed: ${escaped(line)}</p>`)
    .join('');

/** Ways to migrate beside each other. */
export const waysTable = (runs: readonly RunRecord[]): string => {
  const cell = (values: readonly number[], show: (value: number) => string): string => {
    const of = (value: number): string => unbroken(show(value));
    const [least = 0, , middle = 0, , most = 0] = fiveNumbers(values);
    if (values.length === 0) return '<td>–</td>';
    return `<td>${of(middle)}<small>${of(least)} – ${of(most)}</small></td>`;
  };
  const rows = grouped(runs, ({ variant }) => variant).map(([variant, made]) => {
    const without = made.flatMap((run) => standstill(run) ?? []);
    const total = made.map(({ totalTime }) => totalTime);
    const sent = made.flatMap(({ bytesSent }) => bytesSent ?? []);
    const cells = cell(without, shortTime) + cell(total, shortTime) + cell(sent, shortSize);
    return `<tr><th>${escaped(variant)}</th><td>${made.length}</td>${cells}</tr>`;
  });
  const head = ['', 'runs', 'without service', 'in all', 'sent'].map((name) => `<th>${name}</th>`).join('');
  return `<table><thead><tr>${head}</tr></thead><tbody>${rows.join('')}</tbody></table><p class="quiet">Medians, with the least and the most below.</p>`;
};

/** More lines than these are read by nobody. */
const LISTED = 100;

/** What was predicted of each migration, run by run. */
export const predictionTable = (named: readonly (readonly [string, Migration])[]): string => {
  const rows = named.flatMap(([name, { predicted, measured }]) => {
    if (predicted === undefined || measured === undefined) return [];
    const error = (predicted.total / measured.total - 1) * 100;
    const cells = [
      time(millis(measured.total)),
      time(millis(predicted.total)),
      `${error > 0 ? '+' : ''}${error.toFixed(0)} %`,
    ];
    return [
      `<tr><th>${escaped(name)}</th>${cells.map((cell) => `<td>${unbroken(cell)}</td>`).join('')}</tr>`,
    ];
  });
  if (rows.length < 2) return '';
  const head = ['', 'measured', 'predicted', 'error'].map((name) => `<th>${name}</th>`).join('');
  return `<table><thead><tr>${head}</tr></thead><tbody>${rows.slice(0, LISTED).join('')}</tbody></table>`;
};
