import { describe, expect, it, test } from 'vitest';
import { bytes, millis } from '../../../../engine/model/units.ts';
import { count, percent, rate, signedTime, size, time } from '../../../../engine/observe/text/format.ts';

describe('amounts', () => {
  test.each([
    [0, '0 KiB'],
    [1, '1 KiB'],
    [1024 ** 2 - 1, '1024 KiB'],
    [1024 ** 2, '1.0 MiB'],
    [1536 * 1024 ** 2, '1.50 GiB'],
  ])('%d bytes are %s', (value, text) => {
    expect(size(bytes(value))).toBe(text);
  });

  test.each([
    [0, '0 ms'],
    [0.4, '0 ms'],
    [999.6, '1.00 s'],
    [59_994, '59.99 s'],
    [59_999, '60.00 s'],
    [60_000, '1 min 00 s'],
    [125_400, '2 min 05 s'],
    [3_600_000, '60 min 00 s'],
    [-250, '-250 ms'],
    [-61_000, '-1 min 01 s'],
  ])('%d ms are %s', (value, text) => {
    expect(time(millis(value))).toBe(text);
  });

  it('have a sign where they are differences', () => {
    expect([250, -250, 0, -0.2].map((value) => signedTime(millis(value)))).toEqual([
      '+250 ms',
      '-250 ms',
      '0 ms',
      '0 ms',
    ]);
  });

  it('have their thousands apart', () => {
    expect([0, 999, 1000, 1_234_567.6].map(count)).toEqual(['0', '999', '1,000', '1,234,568']);
  });

  it('are shares in percent without needless digits', () => {
    expect([0.1, 0.125, 1, 0.0004].map(percent)).toEqual(['10 %', '12.5 %', '100 %', '0 %']);
  });

  it('have no rate where no time passed', () => {
    expect(rate(bytes(1024 ** 2), millis(500))).toBe('2.0 MiB/s');
    expect(rate(bytes(5), millis(0))).toBe('-');
  });
});
