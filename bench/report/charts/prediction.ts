import { quantile } from '../../stats/quantile.ts';
import type { Migration } from '../records/inputs.ts';
import { colours, timeAxis, upright } from './axes.ts';
import type { Figure } from './figure.ts';

const percent = (share: number): string => `${(share * 100).toFixed(0)} %`;

/** What was predicted before each cut-over, against what it took. */
export const prediction = (migrations: readonly Migration[]): Figure | undefined => {
  const points = migrations.flatMap(({ predicted, measured }) =>
    predicted === undefined || measured === undefined ? [] : [[measured.total, predicted.total] as const],
  );
  if (points.length < 2) return undefined;
  const errors = points.map(([measured, predicted]) => Math.abs(predicted / measured - 1));
  const most = Math.max(...points.flat());
  return {
    title: 'Predicted against measured downtime',
    caption: `${points.length} migrations; on the line the prediction was right. Half were within ${percent(quantile(errors, 0.5))}, nine in ten within ${percent(quantile(errors, 0.9))}.`,
    height: 300,
    option: () => ({
      grid: { left: 64, right: 24, top: 34, bottom: 44 },
      xAxis: { ...timeAxis('measured'), min: 0 },
      yAxis: { ...upright(timeAxis('predicted')), min: 0 },
      series: [
        { type: 'scatter', symbolSize: 7, itemStyle: { color: colours.measured }, data: points },
        {
          type: 'line',
          data: [
            [0, 0],
            [most, most],
          ],
          showSymbol: false,
          lineStyle: { color: colours.predicted, type: 'dashed' },
        },
      ],
    }),
  };
};
