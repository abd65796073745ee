import type { Bytes, Millis } from '../../model/units.ts';

/** Amounts as they stand in a finding's message. */
export const mib = (size: Bytes): string => `${(size / 1024 ** 2).toFixed(1)} MiB`;
export const roundedTime = (time: Millis): string =>
  time < 1000 ? `${Math.round(time)} ms` : `${(time / 1000).toFixed(1)} s`;
export const counted = (count: number, one: string, many: string): string =>
  `${count} ${count === 1 ? one : many}`;
