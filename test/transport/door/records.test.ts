import { describe, expect, it } from 'vitest';
import { parseRecords } from '../../../transport/door/records.ts';

describe('records', () => {
  it('keep all values of a key, in order, and everything after the first space', () => {
    const records = parseRecords('stdio 0 12 /dev/null\ncgroup /a b  c \nstdio 1 13 pipe:[7]\n');
    expect(records.all('stdio')).toEqual(['0 12 /dev/null', '1 13 pipe:[7]']);
    expect(records.one('stdio')).toBe('0 12 /dev/null');
    expect(records.one('cgroup')).toBe('/a b  c ');
  });

  it('distinguish an empty value from a missing one', () => {
    const records = parseRecords('criu \nnothing\n');
    expect(records.one('criu')).toBe('');
    expect(records.one('nothing')).toBeUndefined();
    expect(records.all('other')).toEqual([]);
  });

  it('skip lines without a key', () => {
    expect(parseRecords(' value\n\n').one('')).toBeUndefined();
  });

  it('accept any word as a key', () => {
    expect(parseRecords('').one('constructor')).toBeUndefined();
    expect(parseRecords('__proto__ x\n').one('__proto__')).toBe('x');
  });
});
