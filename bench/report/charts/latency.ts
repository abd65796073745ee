import type { ClientRecord } from '../../model/run-record.ts';
import { colours, shortTime, timeAxis, upright } from '../axes.ts';
import type { Figure } from '../figure.ts';

/** The least that is drawn, in ms: on such an axis there is no nothing. */
const LEAST = 0.1;

/** The line ends where nobody answers, and begins anew after it. */
const broken = ({ timeline, gapBegan }: ClientRecord): readonly (readonly [number, number | null])[] => {
  const points = timeline.map(([at, took]): readonly [number, number] => [at, Math.max(LEAST, took)]);
  const after = points.findIndex(([at]) => at > gapBegan);
  return after < 0 ? points : [...points.slice(0, after), [gapBegan, null], ...points.slice(after)];
};

/** Each answer a client got, by when it asked, and the time without any. */
export const latency = (client: ClientRecord): Figure => ({
  title: 'What a client saw',
  caption: `No answer for ${shortTime(client.longestGap)} (shaded). ${client.failed} requests failed, ${client.wrong} answers were wrong. Upwards each step is ten times as long.`,
  height: 260,
  option: () => ({
    grid: { left: 64, right: 20, top: 34, bottom: 44 },
    xAxis: timeAxis('since the migration was asked for'),
    yAxis: { ...upright(timeAxis('latency')), type: 'log', min: LEAST },
    series: [
      {
        type: 'line',
        data: broken(client),
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
