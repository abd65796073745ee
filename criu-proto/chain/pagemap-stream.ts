import { setImmediate } from 'node:timers/promises';
import type { ByteSource } from '../format/stream.ts';
import { DecodeError } from '../protobuf/errors.ts';
import { limits } from '../protobuf/limits.ts';
import { cutOff, entryReader, type PagemapEntry, readHead } from './pagemap.ts';

/** Bytes read at once: some 4,000 entries, which take a few milliseconds. */
const PART = 64 * 1024;

export interface PagemapEnd {
  /** As in `Pagemap`. */
  readonly pagesId: number;
  readonly unreadField: number | undefined;
}

const readWhole = async (source: ByteSource, offset: number, length: number): Promise<Uint8Array> => {
  const bytes = await source.read(offset, length);
  if (bytes.length === length) return bytes;
  throw new DecodeError(source.name, offset + bytes.length, 'could not be read to its end');
};

/** Reads a pagemap of any size by parts, and passes on its entries in order. Throws `DecodeError`. */
export const streamPagemap = async (
  source: ByteSource,
  onEntry: (entry: PagemapEntry) => void,
): Promise<PagemapEnd> => {
  const { name, size } = source;
  if (size > limits.image) throw new DecodeError(name, 0, `a pagemap of ${size} bytes`);
  let bytes = await readWhole(source, 0, Math.min(PART, size));
  const { pagesId, end } = readHead(name, bytes);
  const reader = entryReader(name);
  let at = 0;
  let begin = end;
  for (;;) {
    begin = reader.read(bytes, begin, at, onEntry);
    const rest = bytes.subarray(begin);
    at += begin;
    begin = 0;
    const next = at + rest.length;
    if (next === size) {
      if (rest.length > 0) throw cutOff(name, rest, at);
      return { pagesId, unreadField: reader.unreadField() };
    }
    if (rest.length > limits.message) throw cutOff(name, rest, at);
    const more = await readWhole(source, next, Math.min(PART, size - next));
    // However quickly parts come, others have their turn in between.
    await setImmediate();
    bytes = rest.length === 0 ? more : Buffer.concat([rest, more]);
  }
};
