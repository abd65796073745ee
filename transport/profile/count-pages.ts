import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { type Pages, pages } from '../../engine/model/units.ts';

export interface CountedPages {
  /** Private pages in memory or swapped out. */
  readonly present: Pages;
  /** The private pages that were written. */
  readonly dirty: Pages;
}

/** Bytes of an entry of /proc/PID/pagemap, little-endian (Documentation/admin-guide/mm/pagemap.rst). */
const ENTRY_SIZE = 8;
/** In the highest byte of an entry: present (bit 63) or swapped (62). */
const PRESENT_OR_SWAPPED = 0xc0;
/**
 * In the same byte: of a file, or shared (61). criu does not send pages of files, and sends shared ones
 * separately.
 */
const FILE_OR_SHARED = 0x20;
/** In the second-highest byte: soft-dirty (55). */
const SOFT_DIRTY = 0x80;

/** Counts the page table entries of one look, which are gzip in base64. Rejects when they are not. */
export const countPages = async (lines: readonly string[]): Promise<CountedPages> => {
  const packed = lines.map((line) => Buffer.from(line, 'base64'));
  let present = 0;
  let dirty = 0;
  let rest: Uint8Array = Buffer.alloc(0);
  for await (const chunk of Readable.from(packed, { objectMode: false }).pipe(createGunzip())) {
    // A chunk may end within an entry.
    const entries = Buffer.concat([rest, chunk]);
    const whole = entries.length - (entries.length % ENTRY_SIZE);
    for (let at = 0; at < whole; at += ENTRY_SIZE) {
      const flags = entries[at + 7] ?? 0;
      if ((flags & PRESENT_OR_SWAPPED) === 0 || (flags & FILE_OR_SHARED) !== 0) continue;
      present += 1;
      if (((entries[at + 6] ?? 0) & SOFT_DIRTY) !== 0) dirty += 1;
    }
    rest = entries.subarray(whole);
  }
  return { present: pages(present), dirty: pages(dirty) };
};
