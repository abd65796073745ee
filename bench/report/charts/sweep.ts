import type { RunRecord } from '../../model/run-record.ts';
import { quantile } from '../../stats/quantile.ts';
import { standstill } from '../records/runs.ts';
import { grouped } from '../records/spread.ts';
import { countAxis, inMib, shortTime, sizeAxis, timeAxis, upright } from './axes.ts';
import type { Figure } from './figure.ts';

export interface Sweep {
  readonly title: string;
  readonly name: string;
  axis(name: string): object;
  /** What is varied. */
  of(run: RunRecord): number;
  /** What must be the same for runs to be compared. */
  fixed(run: RunRecord): number;
  /** The slope in words, where one is worth saying. */
  slope?(perUnit: number): string;
}

export const overMemory: Sweep = {
  title: 'Downtime over memory',
  name: 'memory held',
  axis: sizeAxis,
  of: ({ settings }) => inMib(settings.memoryBytes),
  fixed: ({ settings }) => settings.dirtyRate,
  slope: (perMib) => `${shortTime(perMib * 100)} for each further 100 MiB`,
};

export const overDirtyRate: Sweep = {
  title: 'Downtime over the dirty rate',
  name: 'pages written per second, as asked for',
  axis: countAxis,
  of: ({ settings }) => settings.dirtyRate,
  fixed: ({ settings }) => settings.memoryBytes,
};

type Point = readonly [number, number];

/** Fewer are no curve. */
const POINTS = 3;

/** By least squares. */
const slopeOf = (points: readonly Point[]): number => {
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, each) => sum + each, 0) / values.length;
  const [x, y] = [mean(points.map(([each]) => each)), mean(points.map(([, each]) => each))];
  const spread = points.reduce((sum, [each]) => sum + (each - x) ** 2, 0);
  return points.reduce((sum, [atX, atY]) => sum + (atX - x) * (atY - y), 0) / spread;
};

/** Medians at each value, a line for each way. Nothing where there are not three values under the same circumstances. */
export const sweepCurve = (runs: readonly RunRecord[], sweep: Sweep): Figure | undefined => {
  const curves = grouped(
    runs,
    (run) => `${run.variant}\0${run.settings.workload}\0${sweep.fixed(run)}`,
  ).flatMap(([, made]) => {
    const points = grouped(made, sweep.of)
      .map(
        ([at, there]): Point => [
          at,
          quantile(
            there.flatMap((run) => standstill(run) ?? []),
            0.5,
          ),
        ],
      )
      .filter(([, value]) => Number.isFinite(value))
      .toSorted(([one], [other]) => one - other);
    const name = `${made[0]?.variant}, ${made[0]?.settings.workload}`;
    return points.length < POINTS ? [] : [{ name, points }];
  });
  if (curves.length === 0) return undefined;
  const slopes = curves.map(({ name, points }) => `${name}: ${sweep.slope?.(slopeOf(points))}`);
  return {
    title: sweep.title,
    caption: `Medians.${sweep.slope === undefined ? '' : ` ${slopes.join('; ')}.`}`,
    height: 300,
    option: () => ({
      grid: { left: 64, right: 24, top: 56, bottom: 44 },
      legend: { top: 0 },
      xAxis: { ...sweep.axis(sweep.name), min: 0 },
      yAxis: { ...upright(timeAxis('downtime')), min: 0 },
      series: curves.map(({ name, points }) => ({ type: 'line', name, data: points, symbolSize: 6 })),
    }),
  };
};
