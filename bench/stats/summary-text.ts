import { bytes, millis } from '../../engine/model/units.ts';
import { size, time } from '../../engine/observe/text/format.ts';
import { table } from '../../engine/observe/text/layout.ts';
import type { Figure, Summary } from './summary.ts';

/** Medians with the least and the most; a ratio with the interval it may as well have been in. */
export const summaryText = (summaries: readonly Summary[], against: string): readonly string[] => {
  const scenarios = [...new Set(summaries.map(({ scenario }) => scenario))];
  return scenarios.flatMap((name) => {
    const of = summaries.filter(({ scenario }) => scenario === name);
    return [
      `${name}: median [least - most] of runs without the warm-up`,
      '',
      ...tableOf(of, against),
      '',
      ...partsText(of),
      '',
    ];
  });
};

const tableOf = (summaries: readonly Summary[], against: string): readonly string[] =>
  table([
    ['way', 'runs', 'longest gap, as a client sees it', 'whole command', 'sent', `${against}'s gap / this`],
    ...summaries.map(({ variant, runs, failed, gap, total, bytes, ratio }) => [
      variant,
      failed === 0 ? String(runs) : `${runs}, ${failed} failed`,
      figure(gap, seconds),
      figure(total, seconds),
      figure(bytes, sizeOf),
      ratioText(ratio),
    ]),
  ]);

const partsText = (summaries: readonly Summary[]): readonly string[] => [
  'what the gap was made of, median of each part',
  ...table(
    summaries
      .filter(({ parts }) => parts.length > 0)
      .map(({ variant, parts }) => [
        variant,
        parts
          .filter(({ ms }) => Math.abs(ms) >= 1)
          .map(({ part, ms }) => `${part} ${time(millis(ms))}`)
          .join(', '),
      ]),
    [0, 1],
  ),
];

const ratioText = (found: Summary['ratio']): string => {
  if (found === undefined) return '-';
  const { ratio, interval } = found;
  return interval === undefined
    ? `${digits(ratio)} [too few runs]`
    : `${digits(ratio)} [${digits(interval.low)} - ${digits(interval.high)}]`;
};

const seconds = (value: number): string => time(millis(value));
const sizeOf = (value: number): string => size(bytes(value));
const digits = (value: number): string => value.toPrecision(2);

const figure = (value: Figure | undefined, text: (value: number) => string): string =>
  value === undefined ? '-' : `${text(value.median)} [${text(value.least)} - ${text(value.most)}]`;
