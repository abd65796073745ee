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

/** The head of a pagemap, and where its entries begin. `bytes` are the file's first ones. Throws `DecodeError`. */
export const readHead = (
  file: string,
  bytes: Uint8Array,
): { readonly pagesId: number; readonly end: number } => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const end = bytes.length < HEAD ? bytes.length : HEAD + view.getUint32(HEAD - 4, true);
  return { pagesId: pagesIdOf(file, decodeImage(file, bytes.subarray(0, end))), end };
};

/** Reads entries of one pagemap, part after part. */
export interface EntryReader {
  /**
   * Passes on each entry that lies whole in `bytes` from `begin` on, and returns where the rest begins. `at`: where `bytes` lie in
   * the file. Throws `DecodeError`.
   */
  read(bytes: Uint8Array, begin: number, at: number, onEntry: (entry: PagemapEntry) => void): number;
  /** As in `Pagemap`, of the entries that were read. */
  unreadField(): number | undefined;
}

export const entryReader = (file: string): EntryReader => {
  const type = messageType('pagemap_entry');
  const budget = newBudget();
  let unread: number | undefined;
  const raw: RawEntry = {
    vaddrLow: 0,
    vaddrHigh: 0,
    compatPages: 0,
    flags: 0,
    hasPages: false,
    pagesLow: 0,
    pagesHigh: 0,
  };
  const bySchema = (bytes: Uint8Array, begin: number, end: number, at: number): PagemapEntry => {
    try {
      const message = decodeMessageAt(file, type, bytes, begin, end, budget);
      unread ??= unknownFieldsOf(message)[0]?.id;
      return pagemapEntryOf(message);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      throw new DecodeError(file, at + error.offset, error.problem);
    }
  };
  return {
    read: (bytes, begin, at, onEntry) => {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      for (let offset = begin; ; ) {
        const from = offset + LENGTH;
        const end = from > bytes.length ? from : from + view.getUint32(offset, true);
        if (end > bytes.length) return offset;
        onEntry(readRawEntry(bytes, from, end, raw) ? entryOf(raw) : bySchema(bytes, from, end, at));
        offset = end;
      }
    },
    unreadField: () => unread,
  };
};

/** Bytes that say how long a message is. */
const LENGTH = 4;

/** Why a file ends in the middle of an entry. `rest`: its last bytes, `offset`: where they begin. */
export const cutOff = (file: string, rest: Uint8Array, offset: number): DecodeError => {
  if (rest.length < LENGTH) return new DecodeError(file, offset, 'ends within the length of a message');
  const length = new DataView(rest.buffer, rest.byteOffset).getUint32(0, true);
  const remain = rest.length - LENGTH;
  return new DecodeError(file, offset, `a message of ${length} bytes where ${remain} remain`);
};

/** Reads `pagemap-*.img`. Throws `DecodeError` and nothing else. */
export const decodePagemap = (file: string, bytes: Uint8Array): Pagemap => {
  if (bytes.length > limits.image) throw new DecodeError(file, 0, `a pagemap of ${bytes.length} bytes`);
  const { pagesId, end } = readHead(file, bytes);
  const reader = entryReader(file);
  const entries: PagemapEntry[] = [];
  const rest = reader.read(bytes, end, 0, (entry) => entries.push(entry));
  if (rest < bytes.length) throw cutOff(file, bytes.subarray(rest), rest);
  const unreadField = reader.unreadField();
  return { pagesId, entries, ...(unreadField === undefined ? {} : { unreadField }) };
};
