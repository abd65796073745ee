import { DecodeError } from './errors.ts';
import { type Frame, readFrames } from './framing.ts';
import { decodeMessage, fieldReader } from './message.ts';
import { loadSchema } from './schema.ts';

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
}

const FLAG = { parent: 1, lazy: 2, present: 4 } as const;

const typeOf = loadSchema('pagemap');
const head = typeOf('pagemap_head');
const entry = typeOf('pagemap_entry');

const decodeEntry = (file: string, frame: Frame): PagemapEntry => {
  const fields = decodeMessage(file, entry, frame);
  const { uint32, uint64 } = fieldReader(file, frame.offset, fields);
  const vaddr = uint64('vaddr');
  if (vaddr === undefined) throw new DecodeError(file, frame.offset, 'no address');
  // An old image has no flags, and says only whether the pages are the parent's.
  const flags = uint32('flags') ?? (fields['in_parent'] === true ? FLAG.parent : FLAG.present);
  return {
    vaddr,
    // Since criu 4.2 the count is in a field of its own and the old one is 0.
    pages: uint64('nr_pages') ?? BigInt(uint32('compat_nr_pages') ?? 0),
    inParent: (flags & FLAG.parent) !== 0,
    lazy: (flags & FLAG.lazy) !== 0,
    present: (flags & FLAG.present) !== 0,
  };
};

/** Reads `pagemap-*.img`. Throws `DecodeError` and nothing else. */
export const decodePagemap = (file: string, bytes: Uint8Array): Pagemap => {
  const [first, ...rest] = readFrames(file, bytes, 'common', 'pagemap');
  if (first === undefined) throw new DecodeError(file, bytes.length, 'holds no head');
  const pagesId = fieldReader(file, first.offset, decodeMessage(file, head, first)).uint32('pages_id');
  if (pagesId === undefined) throw new DecodeError(file, first.offset, 'no pages id');
  return { pagesId, entries: rest.map((frame) => decodeEntry(file, frame)) };
};
