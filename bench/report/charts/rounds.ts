import type { Round } from '../../../engine/model/round.ts';
import { type Bytes, bytes, pagesToBytes } from '../../../engine/model/units.ts';
import { counted, size } from '../../../engine/observe/text/format.ts';
import { colours, inMib, sizeAxis, upright } from './axes.ts';
import type { Figure } from './figure.ts';

/** What each round sent, and what it did not have to; at last what the final dump sent. */
export const roundBars = (rounds: readonly Round[], pageBytes: Bytes): Figure => {
  const sent = rounds.map((round) => round.sent);
  const all = sent.reduce((sum, each) => sum + each, 0);
  const left = Math.max(0, pageBytes - all);
  return {
    title: 'Memory, round by round',
    caption: `${counted(rounds.length, 'round', 'rounds')} sent ${size(bytes(all))}, the final dump ${size(bytes(left))}. Skipped is what the destination had already.`,
    height: 260,
    option: () => ({
      grid: { left: 70, right: 14, top: 50, bottom: 34 },
      legend: { top: 0 },
      xAxis: { type: 'category', data: [...rounds.map(({ index }) => String(index)), 'final'] },
      yAxis: upright(sizeAxis('memory')),
      series: [
        {
          name: 'sent',
          type: 'bar',
          stack: 'a',
          itemStyle: { color: colours.sent },
          data: [...sent, left].map(inMib),
        },
        {
          name: 'skipped',
          type: 'bar',
          stack: 'a',
          itemStyle: { color: colours.skipped },
          data: rounds.map(({ dirty }) => inMib(pagesToBytes(dirty.pagesSkippedParent))),
        },
      ],
    }),
  };
};
