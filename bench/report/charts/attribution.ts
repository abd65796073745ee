import type { PartName, RunRecord } from '../../model/run-record.ts';
import { quantile } from '../../stats/quantile.ts';
import { grouped } from '../records/spread.ts';
import { shortTime } from './axes.ts';
import type { Figure } from './figure.ts';

const shades: readonly (readonly [PartName, string])[] = [
  ['freeze', '#8fb3d9'],
  ['dump', '#2f5fb3'],
  ['transfer', '#5aa9a0'],
  ['file sync', '#9ccc9c'],
  ['verify', '#e3c567'],
  ['restore', '#d98c4a'],
  ['resume', '#b65d5d'],
  ['network', '#8a6bb0'],
  ['unexplained', '#c9c9c9'],
];

/** What the client's gap was made of, for each way to migrate: in shares, since the ways lie far apart. */
export const attribution = (runs: readonly RunRecord[]): Figure | undefined => {
  const ways = grouped(
    runs.filter(({ parts }) => parts !== undefined),
    ({ variant }) => variant,
  ).map(([variant, made]) => {
    const medians = shades.map(([name]) => medianOf(made, name));
    return { variant, medians, sum: medians.reduce((sum, each) => sum + each, 0) };
  });
  if (ways.length === 0) return undefined;
  return {
    title: 'What the gap was made of',
    caption: 'Shares of the medians of each part; below each way the sum of these medians.',
    height: 130 + ways.length * 40,
    option: () => ({
      grid: { left: 104, right: 24, top: 74, bottom: 34 },
      legend: { top: 0 },
      xAxis: { type: 'value', max: 100, axisLabel: { formatter: '{value} %' } },
      yAxis: {
        type: 'category',
        inverse: true,
        data: ways.map(({ variant, sum }) => `${variant}\n${shortTime(sum)}`),
      },
      series: shades.map(([name, color], index) => ({
        type: 'bar',
        stack: 'gap',
        name,
        itemStyle: { color },
        data: ways.map(({ medians, sum }) => ((medians[index] ?? 0) / Math.max(sum, 1)) * 100),
      })),
    }),
  };
};

const medianOf = (runs: readonly RunRecord[], name: PartName): number =>
  quantile(
    runs.map(({ parts = [] }) => parts.find(({ part }) => part === name)?.ms ?? 0),
    0.5,
  );
