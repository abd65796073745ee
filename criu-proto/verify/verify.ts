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
import { collectProblems, type Problem, type Problems } from './problems.ts';
import { type Contents, contentsOf, messagesOf, verifyReferences } from './references.ts';
import { verifyRights } from './rights.ts';
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

/** Names an older round's files by the way to them from the newest. */
const toldFrom = ({ directory }: Round, index: number, problems: Problems): Problems => {
  if (index === 0) return problems;
  const from = (file: string): string => `../${directory.path.split('/').at(-1)}/${file}`;
  return {
    list: problems.list,
    add: (code, file, problem) => problems.add(code, from(file), problem),
    addError: (file, error) => problems.addError(from(file), error),
  };
};

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

const verifyRounds = async (
  rounds: readonly [Round, ...Round[]],
  bounds: Confinement | undefined,
  problems: Problems,
): Promise<Verification> => {
  const toVerify = rounds.map((round, index) => ({
    round,
    problems: toldFrom(round, index, problems),
    used: new Set<string>(),
  }));
  const [newest] = rounds;
  const images = await verifyFiles(newest, problems, newBudget());
  for (const older of toVerify.slice(1)) await verifyFiles(older.round, older.problems, newBudget());
  problems.add('version', 'inventory.img', versionProblem(images));
  const contents = contentsOf(newest, images);
  verifyTree(contents, problems);
  verifyReferences(contents, problems);
  verifyDeeds(contents, bounds, problems);
  const totals = await verifyPages(toVerify, pageSpans(images));
  const sizes = rounds.flatMap(({ files }) => [...files.values()].map(({ size }) => size));
  return {
    problems: problems.list,
    rounds: rounds.length,
    files: sizes.length,
    bytes: sizes.reduce((sum, size) => sum + size, 0),
    processes: messagesOf(images, 'pstree.img').length,
    ...totals,
  };
};

/**
 * Checks a checkpoint, the last round of a chain or the only one, without reading any page of memory: names and kinds of
 * files, every image, every reference between them, every page of every pagemap down its chain, and that nothing would be done
 * beyond what the container may, where `bounds` say what that is. Rejects only where the directory itself cannot be read.
 */
export const verifyCheckpoint = async (
  directory: ImageDirectory,
  bounds?: Confinement,
): Promise<Verification> => {
  const problems = collectProblems();
  const rounds = await openChain(directory).catch((error: unknown) => {
    problems.addError('parent', error);
    return undefined;
  });
  if (rounds !== undefined) return verifyRounds(rounds, bounds, problems);
  const { list } = problems;
  return { problems: list, rounds: 0, files: 0, bytes: 0, processes: 0, runs: 0, pages: 0n };
};
