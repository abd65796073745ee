import { openChain, type Round } from '../chain/chain.ts';
import type { ImageDirectory } from '../chain/directory.ts';
import type { Range } from '../format/cursor.ts';
import type { Image } from '../format/image.ts';
import { messageIn, numberIn } from '../protobuf/fields.ts';
import { newBudget } from '../protobuf/message.ts';
import { verifyCgroups } from './cgroups.ts';
import type { Confinement } from './confinement.ts';
import { verifyFiles } from './files.ts';
import { verifyMounts } from './mounts.ts';
import { pageSpans } from './page-spans.ts';
import { verifyPages } from './pages.ts';
import { verifyPaths } from './paths.ts';
import { collectProblems, MOST_PROBLEMS, type Problem, type Problems } from './problems.ts';
import { type Contents, contentsOf, messagesOf, verifyReferences } from './references.ts';
import { verifyRights } from './rights.ts';
import { type VerifiedRound, verifyOlderRounds } from './round.ts';
import { verifyTree } from './tree.ts';

export interface Verification {
  /** Empty: the checkpoint is what it should be. No more than `MOST_PROBLEMS` are listed. */
  readonly problems: readonly Problem[];
  readonly rounds: number;
  readonly files: number;
  /** Bytes of all files. */
  readonly bytes: number;
  readonly processes: number;
  /** Runs of pages in all pagemaps of all rounds. */
  readonly runs: number;
  /** Pages in the pages images of all rounds. */
  readonly pages: bigint;
}

type Images = ReadonlyMap<string, Image<Range>>;

/** Versions of images: those without the first magic word and those with it. */
const KNOWN_VERSIONS = [1, 2];

const versionProblem = (images: Images): string | undefined => {
  const [inventory] = messagesOf(images, 'inventory.img');
  // A pre-dump has none: its inventory tells when it was, and no more.
  if (inventory === undefined || messageIn(inventory, 'root_ids') === undefined) return undefined;
  const version = numberIn(inventory, 'img_version') ?? 0;
  return KNOWN_VERSIONS.includes(version) ? undefined : `images are of version ${version}`;
};

/** What criu would do with the images, as root and on the host. */
const verifyDeeds = (contents: Contents, bounds: Confinement | undefined, problems: Problems): void => {
  verifyPaths(contents, problems);
  verifyMounts(contents, bounds, problems);
  verifyCgroups(contents, bounds?.cgroup, problems);
  verifyRights(contents, bounds, problems);
};

const verifyNewest = async (
  [newest, ...others]: readonly [Round, ...Round[]],
  bounds: Confinement | undefined,
  earlier: readonly VerifiedRound[],
  problems: Problems,
): Promise<Verification> => {
  const images = await verifyFiles(newest, problems, newBudget());
  problems.add('version', 'inventory.img', versionProblem(images));
  const contents = contentsOf(newest, images);
  verifyTree(contents, problems);
  verifyReferences(contents, problems);
  verifyDeeds(contents, bounds, problems);
  const older = await verifyOlderRounds(others, earlier);
  const pages = await verifyPages(newest, older[0], pageSpans(images), problems);
  const sizes = [newest, ...others].flatMap(({ files }) => [...files.values()].map(({ size }) => size));
  const found = [...problems.list, ...older.flatMap((round) => round.problems)];
  return {
    problems: found.slice(0, MOST_PROBLEMS),
    rounds: 1 + older.length,
    files: sizes.length,
    bytes: sizes.reduce((sum, size) => sum + size, 0),
    processes: messagesOf(images, 'pstree.img').length,
    runs: older.reduce((sum, { entries }) => sum + entries, pages.entries),
    pages: older.reduce((sum, round) => sum + round.pages, pages.pages),
  };
};

/**
 * Checks a checkpoint, the last round of a chain or the only one, without reading any page of memory: names and kinds of
 * files, every image, every reference between them, every page of every pagemap down its chain, and that nothing would be done
 * beyond what the container may, where `bounds` say what that is. Rounds in `earlier` that have not changed since are not read again.
 * Rejects only where the directory itself cannot be read.
 */
export const verifyCheckpoint = async (
  directory: ImageDirectory,
  bounds?: Confinement,
  earlier: readonly VerifiedRound[] = [],
): Promise<Verification> => {
  const problems = collectProblems();
  const rounds = await chainOf(directory, problems);
  if (rounds !== undefined) return verifyNewest(rounds, bounds, earlier, problems);
  const { list } = problems;
  return { problems: list, rounds: 0, files: 0, bytes: 0, processes: 0, runs: 0, pages: 0n };
};

const chainOf = (
  directory: ImageDirectory,
  problems: Problems,
): Promise<readonly [Round, ...Round[]] | undefined> =>
  openChain(directory).catch((error: unknown) => {
    problems.addError('parent', error);
    return undefined;
  });

/** What was found of the pre-dumps of a chain. */
export interface RoundsVerification {
  readonly problems: readonly Problem[];
  /** For `verifyCheckpoint`, and for the verification of the next round. */
  readonly rounds: readonly VerifiedRound[];
}

/** Verifies a pre-dump as soon as it is there, and those that it builds on, so that the last dump alone is left to look at. */
export const verifyPreDump = async (
  directory: ImageDirectory,
  earlier: readonly VerifiedRound[] = [],
): Promise<RoundsVerification> => {
  const problems = collectProblems();
  const chain = await chainOf(directory, problems);
  const rounds = chain === undefined ? [] : await verifyOlderRounds(chain, earlier);
  return { problems: [...problems.list, ...rounds.flatMap((round) => round.problems)], rounds };
};
