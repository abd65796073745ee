import type { Round } from '../chain/chain.ts';
import type { Pagemap } from '../chain/pagemap.ts';
import { presentPages } from '../chain/pages.ts';
import { pagemapIn } from '../chain/round-files.ts';
import type { Span } from '../chain/spans.ts';
import { describeName } from '../format/names.ts';
import {
  compressionProblem,
  entriesProblem,
  lengthProblem,
  mappingProblem,
  parentProblem,
} from './pagemap.ts';
import type { Problems } from './problems.ts';

/** A round with the way its problems are told. */
export interface RoundToVerify {
  readonly round: Round;
  readonly problems: Problems;
  /** Pages images that a pagemap has named. */
  readonly used: Set<string>;
}

export interface PageTotals {
  readonly runs: number;
  readonly pages: bigint;
}

const loadPagemap = async (
  { round, problems }: RoundToVerify,
  name: string,
): Promise<Pagemap | undefined> => {
  try {
    return await pagemapIn(round, name);
  } catch (error) {
    problems.addError(name, error);
    return undefined;
  }
};

const verifyOne = (
  { round, problems, used }: RoundToVerify,
  name: string,
  pagemap: Pagemap,
  parent: Pagemap | undefined,
  spans: readonly Span[] | undefined,
): void => {
  const order = entriesProblem(pagemap);
  problems.add('pages', name, order);
  if (order === undefined) {
    problems.add('pages', name, parentProblem(pagemap, parent));
    if (spans !== undefined) problems.add('pages', name, mappingProblem(pagemap, spans));
  }
  const file = `pages-${pagemap.pagesId}.img`;
  const entry = round.files.get(file);
  const compressed = compressionProblem(pagemap);
  problems.add('version', name, compressed);
  if (compressed === undefined)
    problems.add('pages', name, lengthProblem(pagemap, entry?.kind === 'file' ? entry.size : undefined));
  if (used.has(file)) problems.add('pages', name, `${file} is that of another pagemap`);
  used.add(file);
};

/** The pagemaps of one name, from the oldest round on: each is held against the one it builds on. */
const verifyName = async (
  rounds: readonly RoundToVerify[],
  name: string,
  spans: readonly Span[] | undefined,
): Promise<PageTotals> => {
  let runs = 0;
  let pages = 0n;
  let parent: Pagemap | undefined;
  for (const round of rounds.toReversed()) {
    const pagemap = await loadPagemap(round, name);
    if (pagemap !== undefined) {
      verifyOne(round, name, pagemap, parent, round === rounds[0] ? spans : undefined);
      runs += pagemap.entries.length;
      pages += presentPages(pagemap);
    }
    parent = pagemap;
  }
  return { runs, pages };
};

const isPagemap = (name: string): boolean => {
  const named = describeName(name);
  return named?.kind === 'image' && named.type === 'PAGEMAP';
};

/** The names of all pagemaps of a chain. */
export const pagemapNames = (rounds: readonly Round[]): readonly string[] =>
  [...new Set(rounds.flatMap(({ files }) => [...files.keys()].filter(isPagemap)))].sort();

/** Every page of every pagemap: in order, in a mapping, in its pages image or in the parent. Rounds are the newest first. */
export const verifyPages = async (
  rounds: readonly RoundToVerify[],
  spansOf: (pagemap: string) => readonly Span[] | undefined,
): Promise<PageTotals> => {
  let runs = 0;
  let pages = 0n;
  for (const name of pagemapNames(rounds.map(({ round }) => round))) {
    const totals = await verifyName(rounds, name, spansOf(name));
    runs += totals.runs;
    pages += totals.pages;
  }
  return { runs, pages };
};
