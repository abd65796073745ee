import type { RunRecord } from '../../model/run-record.ts';
import { fiveNumbers, grouped } from '../records/spread.ts';
import { colours } from './axes.ts';
import type { Figure } from './figure.ts';

export interface Quantity {
  readonly title: string;
  readonly caption: string;
  /** Nothing where a run does not have it. */
  of(run: RunRecord): number | undefined;
  axis(name: string): object;
  readonly unit: string;
  /** Whether values that lie far apart are drawn in powers of ten. */
  readonly apart: boolean;
}

/** From here on, on an even axis, the least could not be told from nothing. */
const FAR_APART = 20;

const isWide = (values: readonly number[]): boolean =>
  Math.min(...values) > 0 && Math.max(...values) > Math.min(...values) * FAR_APART;

/** Ways to migrate beside each other: a box from quarter to quarter with the median, whiskers to the ends, a dot for each run. */
export const boxes = (
  runs: readonly RunRecord[],
  { of, axis, unit, apart, title, caption }: Quantity,
): Figure | undefined => {
  const groups = grouped(runs, ({ variant }) => variant).flatMap(([variant, made]) => {
    const values = made.flatMap((run) => of(run) ?? []);
    return values.length === 0 ? [] : [{ variant, values }];
  });
  if (groups.length === 0) return undefined;
  return {
    title,
    caption: `${caption} A dot is a run, the box holds the middle half, its line is the median.`,
    height: 80 + groups.length * 44,
    option: () => ({
      grid: { left: 104, right: 34, top: 10, bottom: 46 },
      xAxis: {
        ...axis(unit),
        ...(apart && isWide(groups.flatMap(({ values }) => values)) ? { type: 'log' } : { min: 0 }),
      },
      yAxis: { type: 'category', inverse: true, data: groups.map(({ variant }) => variant) },
      series: [
        {
          type: 'boxplot',
          itemStyle: { color: '#e6ecf7', borderColor: colours.measured },
          boxWidth: [10, 22],
          data: groups.map(({ values }) => fiveNumbers(values)),
        },
        {
          type: 'scatter',
          symbolSize: 5,
          itemStyle: { color: colours.measured, opacity: 0.6 },
          data: groups.flatMap(({ variant, values }) => values.map((value) => [value, variant])),
        },
      ],
    }),
  };
};
