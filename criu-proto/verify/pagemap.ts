import {
  coverBy,
  type Gap,
  growingRuns,
  type PageRuns,
  pageOf,
  runsOf,
  type Span,
} from '../chain/page-runs.ts';
import type { PagemapEntry } from '../chain/pagemap.ts';
import { streamPagemap } from '../chain/pagemap-stream.ts';
import { endOf, PAGE } from '../chain/pages.ts';
import type { ByteSource } from '../format/stream.ts';

/** What a pagemap is held against. */
export interface PagemapBounds {
  /** The pages of the same pagemap in the round before; `undefined`: that round has no such pagemap. */
  readonly parent: PageRuns | undefined;
  /** Mappings that pages must lie in, ascending; `undefined`: nothing says so. They may touch. */
  readonly mappings: readonly Span[] | undefined;
}

export interface VerifiedPagemap {
  readonly pagesId: number;
  /** All its pages, here and in the parent. */
  readonly runs: PageRuns;
  readonly entries: number;
  /** How many pages are in the round's own pages image. */
  readonly pages: bigint;
  /** At most one of each kind. */
  readonly problems: readonly string[];
  /** criu has compressed the pages. */
  readonly compressed: string | undefined;
}

const hex = (address: bigint): string => `0x${address.toString(16)}`;

const spanText = (start: bigint, end: bigint): string => `${hex(start)} to ${hex(end)}`;

const gapText = ({ start, end }: Gap): string =>
  spanText(BigInt(start) * BigInt(PAGE), BigInt(end) * BigInt(PAGE));

/** Beyond any address that a task can have. */
const TOP = 1n << 63n;

const orderProblem = (previous: bigint, entry: PagemapEntry): string | undefined => {
  const span = spanText(entry.vaddr, endOf(entry));
  if (entry.pages === 0n) return `an entry without pages at ${hex(entry.vaddr)}`;
  if (entry.vaddr % BigInt(PAGE) !== 0n) return `an entry at ${hex(entry.vaddr)}, where no page begins`;
  if (endOf(entry) > TOP) return `an entry from ${span}`;
  if (entry.vaddr < previous) return `the entry from ${span} overlaps or precedes the one before it`;
  if (entry.present && entry.inParent) return `the entry from ${span} is here and the parent's`;
  if (!entry.present && !entry.inParent) return `the pages from ${span} are nowhere`;
  return undefined;
};

/**
 * Checks a pagemap by parts, however large it is: entries ascend, do not overlap, and say where their pages are; pages of the parent
 * are there; every page is in a mapping. Throws `DecodeError`.
 */
export const verifyPagemap = async (
  source: ByteSource,
  { parent, mappings }: PagemapBounds,
): Promise<VerifiedPagemap> => {
  const runs = growingRuns();
  const inParent = coverBy(parent ?? growingRuns());
  const inMapping = mappings && coverBy(runsOf(mappings));
  let previous = 0n;
  let pages = 0n;
  let entries = 0;
  let order: string | undefined;
  let missing: Gap | undefined;
  let stray: Gap | undefined;
  const { pagesId, unreadField } = await streamPagemap(source, (entry) => {
    entries += 1;
    if (entry.present) pages += entry.pages;
    order ??= orderProblem(previous, entry);
    if (order !== undefined) return;
    previous = endOf(entry);
    const [start, end] = [pageOf(entry.vaddr), pageOf(previous)];
    runs.add(start, end);
    if (entry.inParent) missing ??= inParent(start, end);
    stray ??= inMapping?.(start, end);
  });
  return {
    pagesId,
    runs,
    entries,
    pages,
    problems: order === undefined ? [...parentProblem(missing, parent), ...mappingProblem(stray)] : [order],
    compressed: unreadField === undefined ? undefined : compressionProblem(unreadField),
  };
};

const parentProblem = (missing: Gap | undefined, parent: PageRuns | undefined): readonly string[] => {
  if (missing === undefined) return [];
  const where = parent === undefined ? 'and the parent has no such pagemap' : 'and not there';
  return [`the pages from ${gapText(missing)} are the parent's, ${where}`];
};

const mappingProblem = (stray: Gap | undefined): readonly string[] =>
  stray === undefined ? [] : [`the pages from ${gapText(stray)} are in no mapping`];

/** The sizes of compressed blocks stand in fields of their own; the length of a pages image is their sum then. */
const compressionProblem = (unreadField: number): string =>
  `its pages are compressed by criu, which precopy does not read (field ${unreadField} of an entry, which criu up to 4.2 does not write)`;

/** A pages image that is not as long as its pagemap says. */
export const lengthProblem = (
  { pagesId, pages }: VerifiedPagemap,
  length: number | undefined,
): string | undefined => {
  const needed = pages * BigInt(PAGE);
  const file = `pages-${pagesId}.img`;
  if (length === undefined) return needed === 0n ? undefined : `${file} is missing, with ${needed} bytes`;
  return BigInt(length) === needed ? undefined : `${file} has ${length} bytes, not ${needed}`;
};
