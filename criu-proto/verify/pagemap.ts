import type { Pagemap, PagemapEntry } from '../chain/pagemap.ts';
import { endOf, PAGE, pagesLength } from '../chain/pages.ts';
import { type Span, uncovered } from '../chain/spans.ts';

const hex = (address: bigint): string => `0x${address.toString(16)}`;

const spanText = ({ start, end }: Span): string => `${hex(start)} to ${hex(end)}`;

const spanOf = (entry: PagemapEntry): Span => ({ start: entry.vaddr, end: endOf(entry) });

/** Beyond any address that a task can have. */
const TOP = 1n << 63n;

const orderProblem = (previous: bigint, entry: PagemapEntry): string | undefined => {
  const span = spanText(spanOf(entry));
  if (entry.pages === 0n) return `an entry without pages at ${hex(entry.vaddr)}`;
  if (entry.vaddr % BigInt(PAGE) !== 0n) return `an entry at ${hex(entry.vaddr)}, where no page begins`;
  if (endOf(entry) > TOP) return `an entry from ${span}`;
  if (entry.vaddr < previous) return `the entry from ${span} overlaps or precedes the one before it`;
  if (entry.present && entry.inParent) return `the entry from ${span} is here and the parent's`;
  if (!entry.present && !entry.inParent) return `the pages from ${span} are nowhere`;
  return undefined;
};

/** Entries ascend, do not overlap, and say where their pages are. The first that does not is told. */
export const entriesProblem = ({ entries }: Pagemap): string | undefined => {
  let previous = 0n;
  for (const entry of entries) {
    const problem = orderProblem(previous, entry);
    if (problem !== undefined) return problem;
    previous = endOf(entry);
  }
  return undefined;
};

/** Pages said to be the parent's that it does not have. */
export const parentProblem = (pagemap: Pagemap, parent: Pagemap | undefined): string | undefined => {
  const wanted = pagemap.entries.filter(({ inParent }) => inParent).map(spanOf);
  const [missing] = uncovered(wanted, parent?.entries.map(spanOf) ?? []);
  if (missing === undefined) return undefined;
  const where = parent === undefined ? 'and the parent has no such pagemap' : 'and not there';
  return `the pages from ${spanText(missing)} are the parent's, ${where}`;
};

/** Pages outside of every mapping. Mappings may touch each other. */
export const mappingProblem = (pagemap: Pagemap, mappings: readonly Span[]): string | undefined => {
  const [stray] = uncovered(pagemap.entries.map(spanOf), mappings);
  return stray && `the pages from ${spanText(stray)} are in no mapping`;
};

/** The sizes of compressed blocks stand in fields of their own; the length of a pages image is their sum then. */
export const compressionProblem = ({ unreadField }: Pagemap): string | undefined =>
  unreadField === undefined
    ? undefined
    : `its pages are compressed by criu, which precopy does not read (field ${unreadField} of an entry, which criu up to 4.2 does not write)`;

/** A pages image that is not as long as its pagemap says. */
export const lengthProblem = (pagemap: Pagemap, length: number | undefined): string | undefined => {
  const needed = pagesLength(pagemap);
  const file = `pages-${pagemap.pagesId}.img`;
  if (length === undefined) return needed === 0n ? undefined : `${file} is missing, with ${needed} bytes`;
  return BigInt(length) === needed ? undefined : `${file} has ${length} bytes, not ${needed}`;
};
