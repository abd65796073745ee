import type { Round } from '../../../engine/model/round.ts';
import { colours, countAxis, timeAxis, upright } from './axes.ts';
import type { Figure } from './figure.ts';

/** Pages per second between one freeze and the next; each window is a step. Nothing where no window was seen. */
export const dirtyRate = (rounds: readonly Round[]): Figure | undefined => {
  const steps: (readonly [number, number])[] = [];
  let freeze = rounds[0] === undefined ? 0 : rounds[0].duration - rounds[0].transfer;
  for (const { window, dirty } of rounds.filter((round) => round.window > 0)) {
    const rate = (dirty.pagesWritten / window) * 1000;
    steps.push([freeze, rate], [freeze + window, rate]);
    freeze += window;
  }
  if (steps.length === 0) return undefined;
  return {
    title: 'How fast memory got dirty',
    caption: 'Private pages per second, from the freeze of one round to that of the next.',
    height: 230,
    option: () => ({
      grid: { left: 60, right: 20, top: 34, bottom: 44 },
      xAxis: { ...timeAxis('since round 0 began'), min: 0 },
      yAxis: upright(countAxis('pages per second')),
      series: [
        {
          type: 'line',
          data: steps,
          showSymbol: false,
          lineStyle: { color: colours.measured },
          areaStyle: { color: colours.measured, opacity: 0.12 },
        },
      ],
    }),
  };
};
