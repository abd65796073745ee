import type { Bytes, Millis } from '../../model/units.ts';

const KIB = 1024;
const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

/** A size in binary units, whole KiB below a MiB: `12 KiB`, `3.4 MiB`, `1.25 GiB`. */
export const size = (value: Bytes): string => {
  if (value < MIB) {
    return `${Math.ceil(value / KIB)} KiB`;
  }
  return value < GIB ? `${(value / MIB).toFixed(1)} MiB` : `${(value / GIB).toFixed(2)} GiB`;
};

/** A time: `85 ms`, `2.35 s`, `3 min 05 s`. */
export const time = (value: Millis): string => {
  const whole = Math.round(value);
  if (Math.abs(whole) < 1000) {
    return `${whole} ms`;
  }
  if (Math.abs(whole) < 60_000) {
    return `${(whole / 1000).toFixed(2)} s`;
  }
  const seconds = Math.round(whole / 1000);
  return `${Math.trunc(seconds / 60)} min ${String(Math.abs(seconds) % 60).padStart(2, '0')} s`;
};

/** A difference of times, always with its sign. */
export const signedTime = (value: Millis): string => `${Math.round(value) > 0 ? '+' : ''}${time(value)}`;

/** A share: 0.125 is `12.5 %`. */
export const percent = (share: number): string => `${Number((share * 100).toFixed(1))} %`;

/** A whole number with its thousands apart: `12,345`. */
export const count = (value: number): string => String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',');

/** A number with its noun: `1 page`, `12,345 pages`. */
export const counted = (value: number, one: string, many: string): string =>
  `${count(value)} ${Math.round(value) === 1 ? one : many}`;

/** Bytes over time in MiB/s without the unit, or `-` where no time passed. */
export const mibPerSecond = (sent: Bytes, over: Millis): string =>
  over > 0 ? ((sent / MIB / over) * 1000).toFixed(1) : '-';

/** The same with its unit. */
export const rate = (sent: Bytes, over: Millis): string =>
  over > 0 ? `${mibPerSecond(sent, over)} MiB/s` : '-';

/** Pages over time as pages per second, or `-` where no time passed. */
export const pageRate = (pages: number, over: Millis): string =>
  over > 0 ? `${count((pages / over) * 1000)} pages/s` : '-';

const ageUnits = [
  ['d', 24 * 3600],
  ['h', 3600],
  ['min', 60],
] as const;

/** How long ago, roughly: `12 s`, `5 min`, `3 h`, `41 d`. */
export const age = (value: Millis): string => {
  const seconds = Math.max(0, Math.floor(value / 1000));
  const [unit, length] = ageUnits.find(([, least]) => seconds >= least) ?? ['s', 1];
  return `${Math.floor(seconds / length)} ${unit}`;
};
