/** Fields of one entry as they stand in the file. Halves are signed: such numbers cost nothing to pass on. */
export interface RawEntry {
  vaddrLow: number;
  vaddrHigh: number;
  compatPages: number;
  /** -1: absent. */
  flags: number;
  hasPages: boolean;
  pagesLow: number;
  pagesHigh: number;
}

// Tags of `pagemap_entry`: number and kind, all of them varints.
const TAG = { vaddr: 0x08, compatPages: 0x10, flags: 0x20, pages: 0x28 } as const;

/** Halves of the varint read last: what a function would return if that cost nothing. */
let low = 0;
let high = 0;

/** Reads a varint of up to nine bytes; where there is no such, -1, else where it ends. */
const varint = (bytes: Uint8Array, begin: number, end: number): number => {
  low = 0;
  high = 0;
  for (let index = 0; index < 9; index += 1) {
    const at = begin + index;
    if (at >= end) return -1;
    const byte = bytes[at] ?? 0;
    const bits = byte & 0x7f;
    if (index < 4) low |= bits << (7 * index);
    else if (index === 4) {
      low |= bits << 28;
      high = bits >>> 4;
    } else high |= bits << (7 * index - 32);
    if (byte < 0x80) {
      return at + 1;
    }
  }
  return -1;
};

/**
 * Reads an entry in the form that criu gives it: these fields, ascending, each once. A process may have millions, and this
 * is some ten times quicker than to read a message by its schema. `false`: it has another form, which is for the schema to
 * read or to refuse.
 */
export const readRawEntry = (bytes: Uint8Array, begin: number, end: number, entry: RawEntry): boolean => {
  if (bytes[begin] !== TAG.vaddr) return false;
  let at = varint(bytes, begin + 1, end);
  entry.vaddrLow = low;
  entry.vaddrHigh = high;
  if (at < 0 || at >= end || bytes[at] !== TAG.compatPages) return false;
  at = varint(bytes, at + 1, end);
  entry.compatPages = low >>> 0;
  entry.flags = -1;
  entry.hasPages = false;
  if (at < 0 || high !== 0) return false;
  if (at < end && bytes[at] === TAG.flags) {
    at = varint(bytes, at + 1, end);
    entry.flags = low >>> 0;
    if (at < 0 || high !== 0) return false;
  }
  if (at < end && bytes[at] === TAG.pages) {
    at = varint(bytes, at + 1, end);
    entry.hasPages = true;
    entry.pagesLow = low;
    entry.pagesHigh = high;
  }
  return at === end;
};
