import type { Downtime } from '../../../engine/model/downtime.ts';
import { millis } from '../../../engine/model/units.ts';
import { time } from '../../../engine/observe/text/format.ts';
import { colours, timeAxis } from './axes.ts';
import type { Figure } from './figure.ts';

const parts = [
  ['freeze', 'freeze'],
  ['dump', 'dump'],
  ['transfer', 'transfer'],
  ['file sync', 'fileSync'],
  ['verify', 'verify'],
  ['restore', 'restore'],
  ['resume', 'resume'],
] as const;

/** Where each part begins: at the end of the one before. */
const offsets = (downtime: Downtime): readonly number[] => {
  let end = 0;
  return parts.map(([, part]) => {
    const begin = end;
    end += downtime[part];
    return begin;
  });
};

const bars = (name: string, downtime: Downtime, color: string, labelled: boolean): readonly object[] => [
  // Nothing to see: it holds up the bar that begins at its end.
  { type: 'bar', stack: name, silent: true, itemStyle: { color: 'transparent' }, data: offsets(downtime) },
  {
    type: 'bar',
    name,
    stack: name,
    itemStyle: { color },
    data: parts.map(([, part]) => downtime[part]),
    label: {
      show: labelled,
      position: 'right',
      formatter: ({ value }: { readonly value: number }): string => time(millis(value)),
    },
  },
];

/** The downtime, part after part, beside what was predicted of it. */
export const waterfall = (measured: Downtime, predicted: Downtime | undefined): Figure => ({
  title: 'The downtime, part by part',
  caption:
    predicted === undefined
      ? `${time(measured.total)} in all.`
      : `${time(measured.total)} in all; ${time(predicted.total)} were predicted before the cut-over.`,
  height: 330,
  option: (width) => ({
    grid: { left: 64, right: width === 'wide' ? 70 : 60, top: 30, bottom: 44 },
    legend: { top: 0, data: ['measured', ...(predicted === undefined ? [] : ['predicted'])] },
    xAxis: timeAxis('since the freeze was asked for'),
    yAxis: { type: 'category', inverse: true, data: parts.map(([name]) => name), axisTick: { show: false } },
    series: [
      ...bars('measured', measured, colours.measured, true),
      ...(predicted === undefined ? [] : bars('predicted', predicted, colours.predicted, false)),
    ],
  }),
});
