import { InvalidArgumentError } from 'commander';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import {
  parseBandwidth,
  parseCount,
  parseDuration,
  parseGrowth,
  parsePages,
  parseRate,
  parseRounds,
  parseSize,
} from '../../../cli/options/values.ts';

const parsers = { parseBandwidth, parseCount, parseDuration, parseGrowth, parsePages, parseRate, parseSize };

describe('a duration', () => {
  test.each([
    ['300ms', 300],
    ['2s', 2000],
    ['1.5s', 1500],
    ['1m30s', 90_000],
    ['5min', 300_000],
    ['1h', 3_600_000],
    ['1h2m3s4ms', 3_723_004],
  ])('%s is %d ms', (text, expected) => {
    expect(parseDuration(text)).toBe(expected);
  });

  it('of whole hours, minutes, seconds and milliseconds comes back as it was', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 ** 9 }), (ms) => {
        const text = `${Math.floor(ms / 3_600_000)}h${Math.floor(ms / 60_000) % 60}m${Math.floor(ms / 1000) % 60}s${ms % 1000}ms`;
        expect(parseDuration(text)).toBe(ms);
      }),
    );
  });

  test.each([
    '',
    '300',
    '2 s',
    '-2s',
    '0ms',
    '30s1m',
    '1s1s',
    '2sec',
    '1e3s',
    '.5s',
    'Infinitys',
    '9'.repeat(20).concat('h'),
  ])('"%s" is refused with the allowed form', (text) => {
    expect(() => parseDuration(text)).toThrow(/300ms, 2s, 1m30s/);
  });
});

describe('a size', () => {
  test.each([
    ['64MiB', 64 * 1024 ** 2],
    ['1GiB', 1024 ** 3],
    ['512KiB', 512 * 1024],
    ['100MB', 100_000_000],
    ['1.5 GiB', 1.5 * 1024 ** 3],
    ['64mib', 64 * 1024 ** 2],
    ['4096B', 4096],
  ])('%s is %d bytes', (text, expected) => {
    expect(parseSize(text)).toBe(expected);
  });

  it('of whole KiB comes back as it was', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 40 }), (kib) => {
        expect(parseSize(`${kib}KiB`)).toBe(kib * 1024);
      }),
    );
  });

  test.each([
    '',
    '64',
    '64M',
    '64G',
    '-1MiB',
    '0MiB',
    'MiB',
    '1MiB2',
    '1e3MiB',
    '9'.repeat(20).concat('TiB'),
  ])('"%s" is refused with the allowed form', (text) => {
    expect(() => parseSize(text)).toThrow(/512KiB, 64MiB/);
  });
});

describe('pages', () => {
  test.each([
    ['0', 0],
    ['64', 64],
    ['256KiB', 64],
    ['1B', 1],
    ['1MiB', 256],
  ])('%s are %d', (text, expected) => {
    expect(parsePages(text)).toBe(expected);
  });

  test.each(['', '-1', '1.5', '64p', 'many'])('"%s" is refused with the allowed form', (text) => {
    expect(() => parsePages(text)).toThrow(/64, or a size with its unit, such as 256KiB/);
  });
});

describe('growth', () => {
  test.each([
    ['10%', 0.1],
    ['10 %', 0.1],
    ['0.1', 0.1],
    ['0', 0],
    ['1', 1],
    ['150%', 1.5],
  ])('%s is %d', (text, expected) => {
    expect(parseGrowth(text)).toBeCloseTo(expected);
  });

  it('means the same as a share and as a fraction', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100 }), (share) => {
        expect(parseGrowth(`${share}%`)).toBeCloseTo(parseGrowth(String(share / 100)));
      }),
    );
  });

  test.each(['', '10', '-0.1', 'x%', '1e-1', '%'])('"%s" is refused with the allowed form', (text) => {
    expect(() => parseGrowth(text)).toThrow(/10%, or a fraction up to 1/);
  });
});

describe('a number of rounds', () => {
  it('may be 0', () => {
    expect(parseRounds('0')).toBe(0);
    expect(parseRounds('8')).toBe(8);
    expect(() => parseRounds('-1')).toThrow(/whole number; 0 means stop-and-copy/);
  });
});

describe('a count', () => {
  test.each(['', '0', '-1', '1.5', '1e3', 'x', '9'.repeat(20)])(
    '"%s" is refused with the allowed form',
    (text) => {
      expect(() => parseCount(text)).toThrow(/whole number, 1 or more/);
    },
  );

  it('comes back as it was', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), (value) => {
        expect(parseCount(String(value))).toBe(value);
      }),
    );
  });
});

describe('a rate', () => {
  test.each([
    ['1Gbit', 117_000],
    ['1Gbit/s', 117_000],
    ['100Mbit', 11_700],
    ['100MiB/s', 104_857.6],
    ['110 MB/s', 110_000],
  ])('%s is %d bytes per millisecond', (text, expected) => {
    expect(parseRate(text)).toBeCloseTo(expected);
  });

  test.each(['', '1', '100MiB', '0Gbit', '-1Gbit', '1Gb', '1Gbit/min', 'fast'])(
    '"%s" is refused with the allowed form',
    (text) => {
      expect(() => parseRate(text)).toThrow(/1Gbit, 500Mbit, 100MiB\/s or 110MB\/s/);
    },
  );
});

describe('a bandwidth', () => {
  test.each([
    ['100Mbit/s', 12_500_000],
    ['1Gbit/s', 125_000_000],
    ['10MiB/s', 10 * 1024 ** 2],
    ['2.5 MB/s', 2_500_000],
    ['4Mbit/s', 500_000],
  ])('%s is %d bytes per second', (text, expected) => {
    expect(parseBandwidth(text)).toBe(expected);
  });

  test.each([
    '',
    '100',
    '100Mbit',
    '10MiB',
    '0Mbit/s',
    '3Mbit/s',
    '-1MiB/s',
    '100Mb/s',
    '1MiB/min',
    '9999TiB/s',
  ])('"%s" is refused with the allowed form', (text) => {
    expect(() => parseBandwidth(text)).toThrow(/100Mbit\/s, 1Gbit\/s, 10MiB\/s or 50MB\/s/);
  });
});

it('anything at all is either a finite figure or refused the way commander expects', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[0-9.]{0,6}[a-zA-Z%]{0,3}$/)), (text) => {
      for (const parse of Object.values(parsers)) {
        try {
          expect(Number.isFinite(parse(text))).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidArgumentError);
        }
      }
    }),
    { numRuns: 2000 },
  );
});
