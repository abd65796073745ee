import { bytes, millis } from '../../../engine/model/units.ts';
import { count, size, time } from '../../../engine/observe/text/format.ts';

/** Axes with the units that everything else is told in. */

export const colours = {
  measured: '#2f5fb3',
  predicted: '#c3c9d4',
  sent: '#2f5fb3',
  skipped: '#d8dee9',
  recommended: '#b02020',
  gap: 'rgba(176, 32, 32, 0.15)',
} as const;

const MIB = 1024 ** 2;
export const inMib = (value: number): number => value / MIB;

/** `85 ms`, `2.4 s`: shorter than in a table. */
export const shortTime = (value: number): string => {
  if (value === 0) return '0';
  if (Math.abs(value) >= 60_000) return time(millis(value));
  return Math.abs(value) < 1000 ? `${Number(value.toFixed(1))} ms` : `${Number((value / 1000).toFixed(1))} s`;
};
export const shortSize = (value: number): string =>
  value === 0 ? '0' : size(bytes(value)).replace(/\.0+ /, ' ');

const named = (name: string): object => ({ name, nameLocation: 'middle', nameGap: 28 });

/** Seconds however many: on an axis a long label meets its neighbour. */
const tick = (value: number): string =>
  Math.abs(value) < 60_000 ? shortTime(value) : `${Number((value / 1000).toFixed(0))} s`;

export const timeAxis = (name: string): object => ({
  type: 'value',
  ...named(name),
  splitNumber: 4,
  axisLabel: { formatter: tick, hideOverlap: true },
});
/** Of values in MiB, so that its ticks are round. */
export const sizeAxis = (name: string): object => ({
  type: 'value',
  ...named(name),
  splitNumber: 4,
  axisLabel: { formatter: (value: number): string => shortSize(value * MIB), hideOverlap: true },
});
export const countAxis = (name: string): object => ({
  type: 'value',
  ...named(name),
  splitNumber: 4,
  axisLabel: { formatter: count, hideOverlap: true },
});

/** An upright axis says its name above itself, where there is room for it. */
export const upright = (axis: object): object => ({
  ...axis,
  nameLocation: 'end',
  nameGap: 12,
  nameTextStyle: { align: 'left', padding: [0, 0, 0, -40] },
});
