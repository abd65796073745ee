import type { Round } from '../chain/chain.ts';
import type { DirectoryEntry } from '../chain/directory.ts';
import { newBudget } from '../protobuf/message.ts';
import { verifyFiles } from './files.ts';
import { type VerifiedPages, verifyPages } from './pages.ts';
import { collectProblems, type Problem, type Problems } from './problems.ts';

/** A round of a pre-dump that was verified, with what it takes to verify the next one. */
export interface VerifiedRound extends VerifiedPages {
  /** Of its directory. */
  readonly path: string;
  readonly files: ReadonlyMap<string, DirectoryEntry>;
  readonly problems: readonly Problem[];
}

const sameEntry = (one: DirectoryEntry, other: DirectoryEntry | undefined): boolean =>
  other !== undefined &&
  one.kind === other.kind &&
  one.size === other.size &&
  one.target === other.target &&
  one.version === other.version;

const isUnchanged = ({ files }: Round, earlier: VerifiedRound): boolean =>
  files.size === earlier.files.size &&
  [...files.values()].every((entry) => sameEntry(entry, earlier.files.get(entry.name)));

/** Names files of an older round by the way to them from the newest. */
const toldFrom = ({ directory }: Round, problems: Problems): Problems => {
  const from = (file: string): string => `../${directory.path.split('/').at(-1)}/${file}`;
  return {
    list: problems.list,
    add: (code, file, problem) => problems.add(code, from(file), problem),
    addError: (file, error) => problems.addError(from(file), error),
  };
};

const verifyOlder = async (round: Round, parent: VerifiedPages | undefined): Promise<VerifiedRound> => {
  const problems = toldFrom(round, collectProblems());
  await verifyFiles(round, problems, newBudget());
  const pages = await verifyPages(round, parent, () => undefined, problems);
  return { ...pages, path: round.directory.path, files: round.files, problems: problems.list };
};

/** The earlier ones, where they are all of the chain's oldest rounds and none has changed. */
const stillKnown = (
  rounds: readonly Round[],
  earlier: readonly VerifiedRound[],
): readonly VerifiedRound[] | undefined => {
  const oldest = rounds.slice(rounds.length - earlier.length);
  const isSame = (known: VerifiedRound, index: number): boolean => {
    const round = oldest[index];
    return round !== undefined && round.directory.path === known.path && isUnchanged(round, known);
  };
  return earlier.length <= rounds.length && earlier.every(isSame) ? earlier : undefined;
};

/** Only the newest is built on: of the others no pages need to be remembered. */
const withoutPages = (round: VerifiedRound): VerifiedRound => ({ ...round, runs: new Map() });

/**
 * Verifies the pre-dumps of a chain, the newest first as in the chain. `earlier`, what this has returned for the oldest of them, is not read
 * again unless something of it has changed since.
 */
export const verifyOlderRounds = async (
  rounds: readonly Round[],
  earlier: readonly VerifiedRound[],
): Promise<readonly VerifiedRound[]> => {
  let verified = stillKnown(rounds, earlier) ?? [];
  for (const round of rounds.slice(0, rounds.length - verified.length).toReversed()) {
    const newest = await verifyOlder(round, verified[0]);
    verified = [newest, ...verified.map(withoutPages)];
  }
  return verified;
};
