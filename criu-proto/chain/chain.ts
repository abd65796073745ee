import { DecodeError } from '../protobuf/errors.ts';
import { limits } from '../protobuf/limits.ts';
import type { DirectoryEntry, ImageDirectory } from './directory.ts';

/** The link by which a round names the one before it. */
export const PARENT = 'parent';

/** One round: a directory and what lies in it. */
export interface Round {
  readonly directory: ImageDirectory;
  readonly files: ReadonlyMap<string, DirectoryEntry>;
}

/**
 * Where a `parent` may lead: to a directory beside this one, or inside it. Nothing above can be named, so a chain stays
 * below the directory that holds its first.
 */
const neighbour = /^(?:\.\.\/)?(?!\.\.?\/?$)[^/\0]+\/?$/;

const openRound = async (directory: ImageDirectory): Promise<Round> => {
  const entries = await directory.list();
  return { directory, files: new Map(entries.map((entry) => [entry.name, entry])) };
};

/** The round before, if there is one. Throws `DecodeError` where `parent` leads astray. */
const parentOf = ({ directory, files }: Round): ImageDirectory | undefined => {
  const link = files.get(PARENT);
  if (link === undefined) return undefined;
  const place = `${directory.path}/${PARENT}`;
  if (link.kind !== 'link' || link.target === undefined) throw new DecodeError(place, 0, 'is no link');
  if (!neighbour.test(link.target))
    throw new DecodeError(place, 0, `leads to ${link.target}, not to a neighbour`);
  return directory.at(link.target);
};

/**
 * A directory of images and those it builds on, the newest first. Throws `DecodeError` where a `parent` leads anywhere but to
 * a neighbour, where the chain comes back to itself, and where it is longer than any real one.
 */
export const openChain = async (directory: ImageDirectory): Promise<readonly [Round, ...Round[]]> => {
  const first = await openRound(directory);
  const rounds: [Round, ...Round[]] = [first];
  const seen = new Set([directory.path]);
  for (let next = parentOf(first); next !== undefined; ) {
    const place = `${rounds.at(-1)?.directory.path}/${PARENT}`;
    if (seen.has(next.path)) throw new DecodeError(place, 0, `leads back to ${next.path}`);
    if (rounds.length >= limits.rounds)
      throw new DecodeError(place, 0, `is the link of ${limits.rounds} rounds`);
    seen.add(next.path);
    const round = await openRound(next);
    rounds.push(round);
    next = parentOf(round);
  }
  return rounds;
};
