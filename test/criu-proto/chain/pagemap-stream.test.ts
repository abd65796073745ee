import { describe, expect, it } from 'vitest';
import { decodePagemap, type PagemapEntry } from '../../../criu-proto/chain/pagemap.ts';
import { streamPagemap } from '../../../criu-proto/chain/pagemap-stream.ts';
import { image, message, PAGEMAP_MAGIC } from '../image.ts';

const entry = message('pagemap_entry', { vaddr: 0x400000, compat_nr_pages: 3, flags: 4 });

/** More than is read at once. */
const COUNT = 20_000;
const large = image(PAGEMAP_MAGIC, [
  message('pagemap_head', { pages_id: 7 }),
  ...Array.from({ length: COUNT }, () => entry),
]);

const sourceOf = (bytes: Uint8Array) => ({
  name: 'pagemap-1.img',
  size: bytes.length,
  read: async (offset: number, length: number) => bytes.subarray(offset, offset + length),
});

describe('a pagemap that is read by parts', () => {
  it('is the same as one that is read at once', async () => {
    const entries: PagemapEntry[] = [];
    const { pagesId } = await streamPagemap(sourceOf(large), (each) => entries.push(each));
    expect({ pagesId, entries }).toEqual(decodePagemap('pagemap-1.img', large));
    expect(entries).toHaveLength(COUNT);
  });

  it.each([1, 3, 7, 200_000])('is refused by the same words when %i bytes are missing', async (missing) => {
    const cut = large.subarray(0, large.length - missing);
    const atOnce = (() => {
      try {
        decodePagemap('pagemap-1.img', cut);
        return 'nothing';
      } catch (error) {
        return error;
      }
    })();
    const byParts = await streamPagemap(sourceOf(cut), () => {}).then(
      () => 'nothing',
      (error: unknown) => error,
    );
    expect(byParts).toEqual(atOnce);
  });
});
