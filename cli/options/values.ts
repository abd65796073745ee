import { InvalidArgumentError } from 'commander';
import { LEAST_BANDWIDTH, MOST_BANDWIDTH } from '../../engine/model/policy.ts';
import {
  type Bytes,
  bytes,
  bytesToPages,
  type Millis,
  millis,
  type Pages,
  pages,
} from '../../engine/model/units.ts';

const timeUnits = new Map([
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['min', 60_000],
  ['h', 3_600_000],
]);

const sizeUnits = new Map([
  ['b', 1],
  ['kib', 1024],
  ['mib', 1024 ** 2],
  ['gib', 1024 ** 3],
  ['tib', 1024 ** 4],
  ['kb', 1000],
  ['mb', 1000 ** 2],
  ['gb', 1000 ** 3],
  ['tb', 1000 ** 4],
]);

const TIME_FORM = 'Give a time longer than 0 with its unit: 300ms, 2s, 1m30s, 5min or 1h.';
const SIZE_FORM = 'Give a size with its unit: 512KiB, 64MiB, 1GiB or 100MB.';
const PAGES_FORM = 'Give a number of pages, such as 64, or a size with its unit, such as 256KiB.';
const RATE_FORM = 'Give a rate with its unit: 1Gbit, 500Mbit, 100MiB/s or 110MB/s.';
const BANDWIDTH_FORM =
  'Give a rate per second with its unit, 4Mbit/s or more: 100Mbit/s, 1Gbit/s, 10MiB/s or 50MB/s.';
const GROWTH_FORM = 'Give a share with %, such as 10%, or a fraction up to 1, such as 0.1.';
const COUNT_FORM = 'Give a whole number, 1 or more.';
const ROUNDS_FORM = 'Give a whole number; 0 means stop-and-copy.';

/** Parses `300ms`, `2s`, `1.5s`, `1m30s`, `5min`, `1h`. A number without a unit is refused. */
export const parseDuration = (text: string): Millis => {
  if (!/^(\d+(\.\d+)?[a-z]+)+$/.test(text)) {
    throw new InvalidArgumentError(TIME_FORM);
  }
  let sum = 0;
  let last = Number.POSITIVE_INFINITY;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)([a-z]+)/g)) {
    const factor = timeUnits.get(unit ?? '');
    // Each unit once, the largest first: 30s1m is probably a mistake.
    if (factor === undefined || factor >= last) {
      throw new InvalidArgumentError(TIME_FORM);
    }
    sum += Number(amount) * factor;
    last = factor;
  }
  return millis(checked(sum, TIME_FORM));
};

/** Returns whole bytes, from `512KiB`, `64MiB`, `1GiB` or `100MB`. */
export const parseSize = (text: string): Bytes => {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)\s?([a-z]+)$/i.exec(text) ?? [];
  const factor = sizeUnits.get((unit ?? '').toLowerCase());
  if (factor === undefined) {
    throw new InvalidArgumentError(SIZE_FORM);
  }
  return bytes(checked(Math.round(Number(amount) * factor), SIZE_FORM));
};

/** Parses a number of pages, or a size that is rounded up to whole pages. 0 is allowed. */
export const parsePages = (text: string): Pages => {
  if (/^\d+$/.test(text)) {
    const count = Number(text);
    return pages(count === 0 ? 0 : checked(count, PAGES_FORM));
  }
  try {
    return bytesToPages(parseSize(text));
  } catch {
    throw new InvalidArgumentError(PAGES_FORM);
  }
};

const bitUnits = new Map([
  ['kbit', 1000 / 8],
  ['mbit', 1000 ** 2 / 8],
  ['gbit', 1000 ** 3 / 8],
]);
/** The share of a link's bits that is left after the headers of Ethernet, IP and TCP. */
const PAYLOAD_SHARE = 0.936;

/**
 * Returns bytes of payload per millisecond, from a link's rate (`1Gbit`, with headers) or a payload rate
 * (`100MiB/s`).
 */
export const parseRate = (text: string): number => {
  const [, amount, unit, perSecond] = /^(\d+(?:\.\d+)?)\s?([a-z]+)(\/s)?$/i.exec(text) ?? [];
  const wanted = (unit ?? '').toLowerCase();
  const bits = bitUnits.get(wanted);
  const factor =
    bits === undefined ? (perSecond === undefined ? undefined : sizeUnits.get(wanted)) : bits * PAYLOAD_SHARE;
  if (factor === undefined) {
    throw new InvalidArgumentError(RATE_FORM);
  }
  return checked((Number(amount) * factor) / 1000, RATE_FORM);
};

/** Returns bytes per second, headers included, from `100Mbit/s` or `10MiB/s`. */
export const parseBandwidth = (text: string): Bytes => {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)\s?([a-z]+)\/s$/i.exec(text) ?? [];
  const wanted = (unit ?? '').toLowerCase();
  const bits = bitUnits.get(wanted);
  // Mb could mean bits or bytes, so only a capital B is accepted.
  const factor = bits ?? (unit?.endsWith('B') ? sizeUnits.get(wanted) : undefined);
  const rate = factor === undefined ? Number.NaN : Math.round(Number(amount) * factor);
  if (!(rate >= LEAST_BANDWIDTH && rate <= MOST_BANDWIDTH)) throw new InvalidArgumentError(BANDWIDTH_FORM);
  return bytes(rate);
};

/** Parses `10%` or `0.1`. Without %, more than 1 is refused: 10 would mean 1000 %. */
export const parseGrowth = (text: string): number => {
  const [, amount, percent] = /^(\d+(?:\.\d+)?)\s?(%?)$/.exec(text) ?? [];
  const value = Number(amount) / (percent === '%' ? 100 : 1);
  if (amount === undefined || !Number.isFinite(value) || (percent !== '%' && value > 1)) {
    throw new InvalidArgumentError(GROWTH_FORM);
  }
  return value;
};

/** Parses a whole number, at least 1. */
export const parseCount = (text: string): number => {
  if (!/^\d+$/.test(text)) {
    throw new InvalidArgumentError(COUNT_FORM);
  }
  return checked(Number(text), COUNT_FORM);
};

/** Parses a whole number of rounds; 0 is allowed. */
export const parseRounds = (text: string): number => {
  if (!/^\d+$/.test(text)) {
    throw new InvalidArgumentError(ROUNDS_FORM);
  }
  return Number(text) === 0 ? 0 : checked(Number(text), ROUNDS_FORM);
};

const checked = (value: number, form: string): number => {
  if (!(value > 0 && value <= Number.MAX_SAFE_INTEGER)) {
    throw new InvalidArgumentError(form);
  }
  return value;
};
