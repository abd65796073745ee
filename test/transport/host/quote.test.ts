import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidInput } from '../../../engine/model/errors.ts';
import { quoteArgv } from '../../../transport/host/quote.ts';

const awkward = fc.constantFrom(
  "'",
  '"',
  '\\',
  '$',
  '`',
  '\n',
  ' ',
  '*',
  '!',
  '~',
  '#',
  '-',
  '=',
  ';',
  '&',
  '{',
  'ü',
  '😀',
);
const word = fc.oneof(
  fc.string({ unit: awkward }),
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary-ascii' }),
);
const argument = word.filter((text) => !text.includes('\0'));

describe('quoteArgv', () => {
  it('passes each argument unchanged through a real shell', () => {
    // Many argument lists per shell, because starting a shell takes most of the time.
    const lists = fc.array(fc.array(argument, { maxLength: 5 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(lists, (argvs) => {
        const script = argvs
          .map((words) => `${quoteArgv(['printf', '%s\\0', 'list', ...words])}; printf '\\0'`)
          .join('\n');
        const { stdout } = spawnSync('/bin/sh', ['-c', script], { encoding: 'utf8' });
        expect(stdout).toBe(
          argvs.map((words) => `${['list', ...words].map((text) => `${text}\0`).join('')}\0`).join(''),
        );
      }),
      { numRuns: 40 },
    );
  });

  it('leaves plain words readable', () => {
    expect(quoteArgv(['criu', '--prev-images-dir', '../0', 'a b'])).toBe("criu --prev-images-dir ../0 'a b'");
  });

  it('refuses words that no shell can pass on', () => {
    for (const argv of [[], [''], ['a\0'], ['a', 'b\0c'], ['-c']]) {
      expect(() => quoteArgv(argv)).toThrow(InvalidInput);
    }
  });
});
