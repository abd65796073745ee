import { decodeImage, type Image } from '../format/image.ts';
import { PAGEMAP } from '../format/image-types.ts';
import { DecodeError } from '../protobuf/errors.ts';
import { bigIn, numberIn } from '../protobuf/fields.ts';
import { limits } from '../protobuf/limits.ts';
import { decodeMessageAt, type Message, newBudget, unknownFieldsOf } from '../protobuf/message.ts';
import { messageType } from '../protobuf/schema.ts';
import { type RawEntry, readRawEntry } from './pagemap-entries.ts';

/** A run of pages. */
export interface PagemapEntry {
  /** Address of the first page. */
  readonly vaddr: bigint;
  readonly pages: bigint;
  /** Not here: the parent image holds them. */
  readonly inParent: boolean;
  /** May be restored when first used. */
  readonly lazy: boolean;
  /** Here, in the pages image. */
  readonly present: boolean;
}

export interface Pagemap {
  /** The number in `pages-ID.img`. */
  readonly pagesId: number;
  readonly entries: readonly PagemapEntry[];
  /** A field that no criu up to 4.2 writes: by it an entry says how its pages are compressed, which nothing here reads. */
  readonly unreadField?: number;
}

const FLAG = { parent: 1, lazy: 2, present: 4 } as const;

/** A `pagemap_entry`, in the form of any criu. */
const pagemapEntryOf = (message: Message): PagemapEntry => {
  // An old image has no flags, and says only whether the pages are the parent's.
  const flags = numberIn(message, 'flags') ?? (message['in_parent'] === true ? FLAG.parent : FLAG.present);
  return {
    vaddr: bigIn(message, 'vaddr') ?? 0n,
    // Since criu 4.2 the count is in a field of its own and the old one is 0.
    pages: bigIn(message, 'nr_pages') ?? BigInt(numberIn(message, 'compat_nr_pages') ?? 0),
    inParent: (flags & FLAG.parent) !== 0,
    lazy: (flags & FLAG.lazy) !== 0,
    present: (flags & FLAG.present) !== 0,
  };
};

/** Puts two halves together without a number in between, which would cost more than all the rest. */
const halves = new DataView(new ArrayBuffer(8));

const bigOf = (low: number, high: number): bigint => {
  halves.setInt32(0, low, true);
  halves.setInt32(4, high, true);
  return halves.getBigUint64(0, true);
};

/** Most runs are short, and a bigint made once is as good. */
const shortRuns: readonly bigint[] = Array.from({ length: 1024 }, (_, pages) => BigInt(pages));

const pagesOf = ({ compatPages, hasPages, pagesLow, pagesHigh }: RawEntry): bigint => {
  const low = hasPages ? pagesLow : compatPages;
  const high = hasPages ? pagesHigh : 0;
  return (high === 0 ? shortRuns[low] : undefined) ?? bigOf(low, high);
};

const entryOf = (raw: RawEntry): PagemapEntry => {
  const flags = raw.flags < 0 ? FLAG.present : raw.flags;
  return {
    vaddr: bigOf(raw.vaddrLow, raw.vaddrHigh),
    pages: pagesOf(raw),
    inParent: (flags & FLAG.parent) !== 0,
    lazy: (flags & FLAG.lazy) !== 0,
    present: (flags & FLAG.present) !== 0,
  };
};

const pagesIdOf = (file: string, { type, entries: [head] }: Image): number => {
  if (type !== PAGEMAP) throw new DecodeError(file, 4, `is of type ${type.name}, not ${PAGEMAP.name}`);
  const pagesId = head === undefined ? undefined : numberIn(head.message, 'pages_id');
  if (pagesId === undefined) throw new DecodeError(file, 8, 'holds no head');
  return pagesId;
};

/** Two magic words, and the length of the head. */
const HEAD = 12;

/** Reads `pagemap-*.img`. Throws `DecodeError` and nothing else. */
export const decodePagemap = (file: string, bytes: Uint8Array): Pagemap => {
  if (bytes.length > limits.image) throw new DecodeError(file, 0, `a pagemap of ${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const headEnd = bytes.length < HEAD ? bytes.length : HEAD + view.getUint32(HEAD - 4, true);
  const pagesId = pagesIdOf(file, decodeImage(file, bytes.subarray(0, headEnd)));
  const entries: PagemapEntry[] = [];
  let unreadField: number | undefined;
  const type = messageType('pagemap_entry');
  const budget = newBudget();
  const raw: RawEntry = {
    vaddrLow: 0,
    vaddrHigh: 0,
    compatPages: 0,
    flags: 0,
    hasPages: false,
    pagesLow: 0,
    pagesHigh: 0,
  };
  for (let offset = headEnd; offset < bytes.length; ) {
    const begin = offset + 4;
    if (begin > bytes.length) throw new DecodeError(file, offset, 'ends within the length of a message');
    const end = begin + view.getUint32(offset, true);
    if (end > bytes.length) {
      throw new DecodeError(
        file,
        offset,
        `a message of ${end - begin} bytes where ${bytes.length - begin} remain`,
      );
    }
    if (readRawEntry(bytes, begin, end, raw)) entries.push(entryOf(raw));
    else {
      const message = decodeMessageAt(file, type, bytes, begin, end, budget);
      unreadField ??= unknownFieldsOf(message)[0]?.id;
      entries.push(pagemapEntryOf(message));
    }
    offset = end;
  }
  return { pagesId, entries, ...(unreadField === undefined ? {} : { unreadField }) };
};
