import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  PAGE,
  type Pagemap,
  type PagemapEntry,
  pageFinder,
  placeEntries,
} from '../../../criu-proto/index.ts';

const PAGES = 40;

/** A pagemap as one letter for each page: here, the parent's, or neither. */
const letters: fc.Arbitrary<string> = fc.string({
  unit: fc.constantFrom('h', 'p', '.'),
  minLength: PAGES,
  maxLength: PAGES,
});

const entryOf = (letter: string, first: number, pages: number): PagemapEntry => ({
  vaddr: BigInt(first * PAGE),
  pages: BigInt(pages),
  inParent: letter === 'p',
  lazy: false,
  present: letter === 'h',
});

const pagemapOf = (pages: string, pagesId: number): Pagemap => ({
  pagesId,
  entries: [...pages.matchAll(/h+|p+/g)].map(({ 0: run, index }) => entryOf(run[0] ?? '', index, run.length)),
});

describe('pageFinder', () => {
  it('finds each page where going through the rounds by hand finds it', () => {
    fc.assert(
      fc.property(fc.array(letters, { minLength: 1, maxLength: 4 }), (rounds) => {
        const find = pageFinder(rounds.map(pagemapOf));
        for (let page = 0; page < PAGES; page += 1) {
          const round = rounds.findIndex((pages) => pages[page] !== 'p');
          const before = [...(rounds[round] ?? '').slice(0, page)].filter((letter) => letter === 'h').length;
          const expected =
            rounds[round]?.[page] === 'h'
              ? { round, pagesId: round, offset: BigInt(before * PAGE + 5) }
              : undefined;
          expect(find(BigInt(page * PAGE + 5))).toEqual(expected);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('places only what is present', () => {
    const offsets = placeEntries(pagemapOf('hh.pph', 1).entries).map(({ offset }) => offset);
    expect(offsets).toEqual([0n, 8192n, 8192n]);
  });
});
