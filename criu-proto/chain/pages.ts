import type { Pagemap, PagemapEntry } from './pagemap.ts';

/** Bytes of a page. */
export const PAGE = 4096;

/** A run of pages with its place in the pages image, which has the present ones one after the other. */
export interface PlacedEntry extends PagemapEntry {
  /** In bytes; of an entry that is not present where it would be. */
  readonly offset: bigint;
}

export const endOf = ({ vaddr, pages }: PagemapEntry): bigint => vaddr + pages * BigInt(PAGE);

export const placeEntries = (entries: readonly PagemapEntry[]): readonly PlacedEntry[] => {
  let offset = 0n;
  return entries.map((entry) => {
    const placed = { ...entry, offset };
    if (entry.present) offset += entry.pages * BigInt(PAGE);
    return placed;
  });
};

/** How many pages are in the round's own pages image. */
export const presentPages = ({ entries }: Pagemap): bigint =>
  entries.reduce((sum, { present, pages }) => (present ? sum + pages : sum), 0n);

export interface PagePlace {
  /** How many parents away; 0 is the round that was asked. */
  readonly round: number;
  readonly pagesId: number;
  /** In `pages-ID.img`, in bytes. */
  readonly offset: bigint;
}

/** The entry that has an address, by halving: entries ascend. */
const entryAt = (entries: readonly PlacedEntry[], address: bigint): PlacedEntry | undefined => {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const entry = entries[middle];
    if (entry !== undefined && endOf(entry) <= address) low = middle + 1;
    else high = middle;
  }
  const found = entries[low];
  return found !== undefined && found.vaddr <= address ? found : undefined;
};

/**
 * Finds pages in a task's pagemaps over a chain, the newest first. `undefined`: no round has the page, so it holds zeros or
 * what a file has there.
 */
export const pageFinder = (
  pagemaps: readonly (Pagemap | undefined)[],
): ((address: bigint) => PagePlace | undefined) => {
  const placed = pagemaps.map((pagemap) => pagemap && placeEntries(pagemap.entries));
  return (address) => {
    for (const [round, pagemap] of pagemaps.entries()) {
      const entry = entryAt(placed[round] ?? [], address);
      if (pagemap === undefined || entry === undefined) return undefined;
      if (entry.present) {
        return { round, pagesId: pagemap.pagesId, offset: entry.offset + (address - entry.vaddr) };
      }
      if (!entry.inParent) return undefined;
    }
    return undefined;
  };
};
