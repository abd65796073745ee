import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { type Pages, pages } from '../../engine/model/units.ts';

export interface CountedPages {
  /** Private pages there are, in memory or swapped out. */
  readonly present: Pages;
  /** Those of them that were written to. */
  readonly dirty: Pages;
}

/** An entry of /proc/PID/pagemap, 64 bits, little-endian (Documentation/admin-guide/mm/pagemap.rst). */
const ENTRY = 8;
/** In its highest byte: present (63) or swapped (62). */
const THERE = 0xc0;
/** Likewise: of a file, or shared (61). criu leaves the former out, and sends the latter by itself. */
const NOT_PRIVATE = 0x20;
/** In the byte below: soft-dirty (55). */
const DIRTY = 0x80;

/** Counts the entries in what a look has sent: gzip, in base64. Rejects when it is not that. */
export const countPages = async (lines: readonly string[]): Promise<CountedPages> => {
  const packed = lines.map((line) => Buffer.from(line, 'base64'));
  let present = 0;
  let dirty = 0;
  let rest: Uint8Array = Buffer.alloc(0);
  for await (const chunk of Readable.from(packed, { objectMode: false }).pipe(createGunzip())) {
    // A chunk may end within an entry.
    const entries = Buffer.concat([rest, chunk]);
    const whole = entries.length - (entries.length % ENTRY);
    for (let at = 0; at < whole; at += ENTRY) {
      const flags = entries[at + 7] ?? 0;
      if ((flags & THERE) === 0 || (flags & NOT_PRIVATE) !== 0) continue;
      present += 1;
      if (((entries[at + 6] ?? 0) & DIRTY) !== 0) dirty += 1;
    }
    rest = entries.subarray(whole);
  }
  return { present: pages(present), dirty: pages(dirty) };
};
