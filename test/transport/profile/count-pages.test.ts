import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { countPages } from '../../../transport/profile/count-pages.ts';

const bit = (position: number): bigint => 1n << BigInt(position);
const [SOFT_DIRTY, SHARED, SWAPPED, PRESENT] = [bit(55), bit(61), bit(62), bit(63)];

const sent = (entries: readonly bigint[], width = 64): readonly string[] => {
  const raw = Buffer.alloc(entries.length * 8);
  for (const [index, entry] of entries.entries()) raw.writeBigUInt64LE(entry, index * 8);
  const text = gzipSync(raw, { level: 1 }).toString('base64');
  return text.match(new RegExp(`.{1,${width}}`, 'g')) ?? [];
};

describe('a page table entry', () => {
  test.each([
    ['a page that was written', PRESENT | SOFT_DIRTY, 1, 1],
    ['a page that was not written', PRESENT, 1, 0],
    ['a page that was written and swapped out', SWAPPED | SOFT_DIRTY, 1, 1],
    ['a page of a file, or shared', PRESENT | SHARED | SOFT_DIRTY, 0, 0],
    ['no page yet, in a new mapping', SOFT_DIRTY, 0, 0],
    ['no page', 0n, 0, 0],
    ['a written page with its physical address', PRESENT | SOFT_DIRTY | (bit(55) - 1n), 1, 1],
    ['a page that was not written, with its physical address', PRESENT | (bit(55) - 1n), 1, 0],
  ])('of %s', async (_, entry, present, dirty) => {
    expect(await countPages(sent([entry]))).toEqual({ present, dirty });
  });
});

describe('many entries', () => {
  it('are counted wherever lines and chunks are split', async () => {
    const kind = fc.constantFrom(0n, PRESENT, PRESENT | SOFT_DIRTY, PRESENT | SHARED);
    const width = fc.integer({ min: 1, max: 20 }).map((quads) => quads * 4);
    await fc.assert(
      fc.asyncProperty(fc.array(kind, { maxLength: 200 }), width, async (entries, wide) => {
        expect(await countPages(sent(entries, wide))).toEqual({
          present: entries.filter((entry) => entry === PRESENT || entry === (PRESENT | SOFT_DIRTY)).length,
          dirty: entries.filter((entry) => entry === (PRESENT | SOFT_DIRTY)).length,
        });
      }),
      { numRuns: 50 },
    );
  });

  it('of gigabytes of memory are counted without being kept', async () => {
    const entries = Array.from({ length: 300_000 }, (_, index) =>
      index % 3 === 0 ? PRESENT | SOFT_DIRTY : PRESENT,
    );
    expect(await countPages(sent(entries, 65_536))).toEqual({ present: 300_000, dirty: 100_000 });
  });

  it.each([[], ['nonsense'], [randomBytes(300).toString('base64')]])(
    'that are none are refused',
    async (...lines) => {
      await expect(countPages(lines)).rejects.toThrow();
    },
  );
});
