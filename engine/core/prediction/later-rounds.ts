import type { Round } from '../../model/round.ts';

/** The rounds that say something about dirtying. Round 0 copies everything, dirty or not: never a baseline. */
export const laterRounds = (rounds: readonly Round[]): readonly Round[] =>
  rounds.filter((round) => round.index > 0);
