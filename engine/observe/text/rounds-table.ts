import type { Round } from '../../model/round.ts';
import { count, mibPerSecond, size, time } from './format.ts';
import { table } from './layout.ts';

/** One line for each round. The column of shared pages is there only when there are any. */
export const roundsTable = (rounds: readonly Round[]): readonly string[] => {
  const columns = rounds.some(({ dirty }) => dirty.sharedPagesWritten > 0)
    ? allColumns
    : allColumns.filter(([name]) => name !== 'shared');
  return table([
    columns.map(([name]) => name),
    ...rounds.map((round) => columns.map(([, cell]) => cell(round))),
  ]);
};

/** Round 0 has no window: `-`. */
const allColumns: readonly (readonly [string, (round: Round) => string])[] = [
  ['round', ({ index }): string => String(index)],
  ['pages', ({ dirty }): string => count(dirty.pagesWritten)],
  ['shared', ({ dirty }): string => count(dirty.sharedPagesWritten)],
  ['sent', ({ sent }): string => size(sent)],
  ['window', ({ window }): string => (window > 0 ? time(window) : '-')],
  ['transfer', ({ transfer }): string => time(transfer)],
  ['MiB/s', ({ sent, transfer }): string => mibPerSecond(sent, transfer)],
  [
    'dirty/s',
    ({ dirty, window }): string => (window > 0 ? count((dirty.pagesWritten / window) * 1000) : '-'),
  ],
  ['frozen', ({ dirty }): string => time(dirty.frozen)],
];
