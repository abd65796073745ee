import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DecodeError, decodePagemap } from '../../../criu-proto/index.ts';
import { image, message, PAGEMAP_MAGIC } from '../image.ts';

const HEAD = message('pagemap_head', { pages_id: 65537 });

const pagemap = (...entries: readonly object[]): Uint8Array =>
  image(PAGEMAP_MAGIC, [HEAD, ...entries.map((entry) => message('pagemap_entry', entry))]);

describe('decodePagemap', () => {
  it('reads head and entries', () => {
    const bytes = pagemap(
      { vaddr: 0x400000, compat_nr_pages: 3, flags: 6 },
      { vaddr: 0x500000, compat_nr_pages: 1, flags: 1 },
    );
    expect(decodePagemap('pagemap-1.img', bytes)).toEqual({
      pagesId: 65537,
      entries: [
        { vaddr: 0x400000n, pages: 3n, inParent: false, lazy: true, present: true },
        { vaddr: 0x500000n, pages: 1n, inParent: true, lazy: false, present: false },
      ],
    });
  });

  it('takes the count from where criu 4.2 puts it', () => {
    const { entries } = decodePagemap(
      'f',
      pagemap({ vaddr: 0, compat_nr_pages: 0, nr_pages: '4294967297', flags: 4 }),
    );
    expect(entries[0]?.pages).toBe(4294967297n);
  });

  it('notices a field that says how pages are compressed, in whatever entry', () => {
    const plain = message('pagemap_entry', { vaddr: 0, compat_nr_pages: 0, nr_pages: '2', flags: 4 });
    // Sizes of two blocks, as a list of numbers without tags.
    const sizes = Buffer.from([(6 << 3) | 2, 4, 0xd2, 0x09, 0xff, 0x01]);
    const bytes = image(PAGEMAP_MAGIC, [HEAD, plain, Buffer.concat([plain, sizes])]);
    expect(decodePagemap('f', bytes).unreadField).toBe(6);
    expect(decodePagemap('f', image(PAGEMAP_MAGIC, [HEAD, plain]))).not.toHaveProperty('unreadField');
  });

  it('understands entries without flags', () => {
    const { entries } = decodePagemap(
      'f',
      pagemap({ vaddr: 0, compat_nr_pages: 1, in_parent: true }, { vaddr: 4096, compat_nr_pages: 1 }),
    );
    expect(entries.map(({ inParent, present }) => [inParent, present])).toEqual([
      [true, false],
      [false, true],
    ]);
  });

  it('keeps every digit of an address', () => {
    const { entries } = decodePagemap('f', pagemap({ vaddr: '18446744073699065857', compat_nr_pages: 1 }));
    expect(entries[0]?.vaddr).toBe(18446744073699065857n);
  });

  it('names the damaged entry by its place', () => {
    const bytes = Buffer.concat([pagemap({ vaddr: 1, compat_nr_pages: 1 }), Buffer.from([1, 0, 0, 0, 0xff])]);
    expect(() => decodePagemap('pagemap-1.img', bytes)).toThrow(
      `pagemap-1.img: ends within a number at byte ${bytes.length - 1}`,
    );
  });

  it('refuses a file without a head', () => {
    expect(() => decodePagemap('f', image(PAGEMAP_MAGIC, []))).toThrow(DecodeError);
  });

  it('answers any bytes with a value or a DecodeError', () => {
    const magic = image(PAGEMAP_MAGIC, [HEAD]);
    fc.assert(
      fc.property(fc.uint8Array(), fc.nat(magic.length), (bytes, kept) => {
        try {
          decodePagemap('f', Buffer.concat([magic.subarray(0, kept), bytes]));
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
