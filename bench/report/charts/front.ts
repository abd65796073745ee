import { bytes } from '../../../engine/model/units.ts';
import { size } from '../../../engine/observe/text/format.ts';
import type { FrontChoice, TuningFront } from '../records/inputs.ts';
import { colours, inMib, shortTime, sizeAxis, timeAxis, upright } from './axes.ts';
import type { Figure } from './figure.ts';

const isSame = (one: FrontChoice, other: FrontChoice): boolean =>
  one.sent === other.sent && one.downtime.total === other.downtime.total;

/** Thresholds that no others are better than: downtime over bytes, with the number of rounds beside each dot. */
export const front = ({ container, front: choices, recommended }: TuningFront): Figure => ({
  title: `What rounds buy: ${container}`,
  caption: `Each dot is a choice of thresholds, with its number of rounds. Recommended (red): ${recommended.options.join(' ') || 'the defaults'}, ${shortTime(recommended.downtime.total)} and ${size(bytes(recommended.sent))}.`,
  height: 300,
  option: () => ({
    grid: { left: 64, right: 34, top: 34, bottom: 44 },
    xAxis: { ...sizeAxis('memory sent'), scale: true },
    yAxis: { ...upright(timeAxis('downtime')), scale: true },
    series: [
      {
        type: 'line',
        data: choices
          .toSorted((a, b) => a.sent - b.sent)
          .map((choice) => ({
            value: [inMib(choice.sent), choice.downtime.total],
            itemStyle: { color: isSame(choice, recommended) ? colours.recommended : colours.measured },
            label: { show: true, position: 'right', formatter: String(choice.rounds) },
          })),
        symbol: 'circle',
        symbolSize: 9,
        lineStyle: { color: colours.predicted, width: 1 },
      },
    ],
  }),
});
