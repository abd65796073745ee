import type { Round } from '../chain/chain.ts';
import type { PageRuns, Span } from '../chain/page-runs.ts';
import { fileOf } from '../chain/round-files.ts';
import { describeName } from '../format/names.ts';
import { lengthProblem, type PagemapBounds, type VerifiedPagemap, verifyPagemap } from './pagemap.ts';
import type { Problems } from './problems.ts';

/** What the pagemaps of a round say. */
export interface VerifiedPages {
  /** The pages of each pagemap, by its name. */
  readonly runs: ReadonlyMap<string, PageRuns>;
  /** Entries of all its pagemaps. */
  readonly entries: number;
  /** Pages in its pages images. */
  readonly pages: bigint;
}

const isPagemap = (name: string): boolean => {
  const named = describeName(name);
  return named?.kind === 'image' && named.type === 'PAGEMAP';
};

/** The names of all pagemaps of a chain. */
export const pagemapNames = (rounds: readonly Round[]): readonly string[] =>
  [...new Set(rounds.flatMap(({ files }) => [...files.keys()].filter(isPagemap)))].sort();

const verifyOne = async (
  round: Round,
  name: string,
  bounds: PagemapBounds,
  problems: Problems,
): Promise<VerifiedPagemap | undefined> => {
  const source = fileOf(round, name);
  if (source === undefined) return undefined;
  try {
    return await verifyPagemap(source, bounds);
  } catch (error) {
    problems.addError(name, error);
    return undefined;
  }
};

const addProblems = (round: Round, name: string, verified: VerifiedPagemap, problems: Problems): void => {
  for (const problem of verified.problems) problems.add('pages', name, problem);
  problems.add('version', name, verified.compressed);
  if (verified.compressed !== undefined) return;
  const entry = round.files.get(`pages-${verified.pagesId}.img`);
  const length = entry?.kind === 'file' ? entry.size : undefined;
  problems.add('pages', name, lengthProblem(verified, length));
};

/** Every page of every pagemap of a round: in order, in a mapping, in its pages image or in the round before. */
export const verifyPages = async (
  round: Round,
  parent: VerifiedPages | undefined,
  mappingsOf: (pagemap: string) => readonly Span[] | undefined,
  problems: Problems,
): Promise<VerifiedPages> => {
  const runs = new Map<string, PageRuns>();
  const used = new Set<number>();
  let entries = 0;
  let pages = 0n;
  for (const name of pagemapNames([round])) {
    const bounds = { parent: parent?.runs.get(name), mappings: mappingsOf(name) };
    const verified = await verifyOne(round, name, bounds, problems);
    if (verified === undefined) continue;
    addProblems(round, name, verified, problems);
    if (used.has(verified.pagesId))
      problems.add('pages', name, `pages-${verified.pagesId}.img is that of another pagemap`);
    used.add(verified.pagesId);
    runs.set(name, verified.runs);
    entries += verified.entries;
    pages += verified.pages;
  }
  return { runs, entries, pages };
};
