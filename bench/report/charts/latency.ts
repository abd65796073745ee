import type { ClientRecord } from '../../model/run-record.ts';
import { colours, shortTime, timeAxis, upright } from './axes.ts';
import type { Figure, Width } from './figure.ts';

type Point = readonly [number, number];

/** The least that is drawn, in ms: on such an axis there is no nothing. */
const LEAST = 0.1;

/** Two points for each so many of them are as much as can be told apart. */
const COLUMNS = { wide: 320, narrow: 150 } as const satisfies Record<Width, number>;

/** Of each column the least and the most, in the order they came in. */
const thinned = (points: readonly Point[], columns: number): readonly Point[] => {
  const each = Math.ceil(points.length / columns);
  if (each <= 2) return points;
  return Array.from({ length: Math.ceil(points.length / each) }, (_, column) => {
    const there = points.slice(column * each, (column + 1) * each).toSorted(([, a], [, b]) => a - b);
    return [there[0], there.at(-1)]
      .flatMap((point) => (point === undefined ? [] : [point]))
      .toSorted(([a], [b]) => a - b);
  }).flat();
};

/** The line ends where nobody answers, and begins anew after it. */
const broken = (
  { timeline, gapBegan }: ClientRecord,
  columns: number,
): readonly (readonly [number, number | null])[] => {
  const points = thinned(timeline, columns).map(
    ([at, took]): Point => [Math.round(at), Math.max(LEAST, took)],
  );
  const after = points.findIndex(([at]) => at > gapBegan);
  return after < 0 ? points : [...points.slice(0, after), [gapBegan, null], ...points.slice(after)];
};

/** Each answer a client got, by when it asked, and the time without any. */
export const latency = (client: ClientRecord): Figure => ({
  title: 'What a client saw',
  caption: `No answer for ${shortTime(client.longestGap)} (shaded). ${client.failed} requests failed, ${client.wrong} answers were wrong. Upwards each step is ten times as long.`,
  height: 260,
  option: (width) => ({
    grid: { left: 64, right: 20, top: 34, bottom: 44 },
    xAxis: timeAxis('since the migration was asked for'),
    yAxis: { ...upright(timeAxis('latency')), type: 'log', min: LEAST },
    series: [
      {
        type: 'line',
        data: broken(client, COLUMNS[width]),
        showSymbol: false,
        lineStyle: { color: colours.measured, width: 1 },
        markArea: {
          silent: true,
          itemStyle: { color: colours.gap },
          data: [[{ xAxis: client.gapBegan }, { xAxis: client.gapBegan + client.longestGap }]],
        },
      },
    ],
  }),
});
