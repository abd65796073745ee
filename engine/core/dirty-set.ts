import type { Round } from '../model/round.ts';
import { type Pages, pages } from '../model/units.ts';

/** All pages a round had to send: private and shared. */
export const dirtySet = (round: Round): Pages =>
  pages(round.dirty.pagesWritten + round.dirty.sharedPagesWritten);

/** The rounds that say something about dirtying. Round 0 copies everything, dirty or not: never a baseline. */
export const laterRounds = (rounds: readonly Round[]): readonly Round[] =>
  rounds.filter((round) => round.index > 0);
