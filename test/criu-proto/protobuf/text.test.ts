import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeText, encodeText } from '../../../criu-proto/protobuf/text.ts';
import { quotedPrintable } from '../../../criu-proto/show/quoted-printable.ts';

describe('text', () => {
  it('of any bytes gives the same bytes back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        expect(Buffer.compare(encodeText(decodeText(bytes)), bytes)).toBe(0);
      }),
      { numRuns: 2000 },
    );
  });

  it('is itself where it is UTF-8, byte order mark and all', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(decodeText(Buffer.from(text, 'utf8'))).toBe(text);
      }),
    );
    expect(decodeText(Buffer.from('\ufeffa'))).toBe('\ufeffa');
  });

  it('has a place for bytes that are none', () => {
    expect(decodeText(Uint8Array.of(0x61, 0xff, 0xc3, 0xa9, 0xed, 0xb2, 0x80))).toBe(
      'a\udcff\u00e9\udced\udcb2\udc80',
    );
  });
});

describe('quotedPrintable', () => {
  // What Python's quopri.encodestring gives for each.
  it.each([
    ['', ''],
    ['/run/a b.sock', '/run/a b.sock'],
    ['\0kinds =', '=00kinds =3D'],
    ['ends in a blank ', 'ends in a blank=20'],
    ['a \nb', 'a=20\nb'],
    ['.', '=2E'],
    ['a\u007f', 'a=7F'],
    ['x'.repeat(80), `${'x'.repeat(75)}=\n${'x'.repeat(5)}`],
    ['\0'.repeat(26), `${'=00'.repeat(25)}=\n=00`],
  ])('writes %j as Python does', (text, expected) => {
    expect(quotedPrintable(Buffer.from(text, 'latin1'))).toBe(expected);
  });
});
