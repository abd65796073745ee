import { PARENT, type Round } from '../chain/chain.ts';
import type { DirectoryEntry } from '../chain/directory.ts';
import { fileOf } from '../chain/round-files.ts';
import type { Range } from '../format/cursor.ts';
import type { Image } from '../format/image.ts';
import { describeName, type Named } from '../format/names.ts';
import { loadImage } from '../format/stream.ts';
import { type Budget, isList, isMessage, unknownFieldsOf, type Value } from '../protobuf/message.ts';
import type { Problems } from './problems.ts';

const plainName = /^[^/\0]+$/;

/** What may lie in a directory of images: regular files with names that criu gives, and the link `parent`. */
const entryProblem = ({ name, kind, target }: DirectoryEntry): string | undefined => {
  if (!plainName.test(name) || name === '.' || name === '..') return 'has no name that a file can have';
  if (name === PARENT) return undefined;
  if (kind === 'link') return `is a link to ${target ?? 'somewhere'}`;
  if (kind !== 'file') return `is no regular file but ${kind === 'directory' ? 'a directory' : 'a device'}`;
  return describeName(name) === undefined ? 'is no file of criu' : undefined;
};

/** The numbers of fields that no schema has: a later criu has written them. */
const unknownIn = (value: Value | undefined): readonly number[] => {
  if (isList(value)) return value.flatMap(unknownIn);
  if (!isMessage(value)) return [];
  return [...unknownFieldsOf(value).map(({ id }) => id), ...Object.values(value).flatMap(unknownIn)];
};

/**
 * Text with a zero in it: criu's ends there, so that it would not read what was looked at here. No program's name and no path
 * has one.
 */
const hasZero = (value: Value | undefined): boolean => {
  if (typeof value === 'string') return value.includes('\0');
  if (isList(value)) return value.some(hasZero);
  return isMessage(value) && Object.values(value).some(hasZero);
};

const versionProblem = (image: Image<Range>): string | undefined => {
  const unknown = new Set(image.entries.flatMap(({ message }) => unknownIn(message)));
  return unknown.size === 0
    ? undefined
    : `has fields that criu up to 4.2 does not write, of number ${[...unknown].join(', ')}`;
};

const loadNamed = async (
  round: Round,
  name: string,
  named: Named & { readonly kind: 'image' },
  budget: Budget,
  problems: Problems,
): Promise<Image<Range> | undefined> => {
  const source = fileOf(round, name);
  if (source === undefined) return undefined;
  try {
    const image = await loadImage(source, budget);
    if (image.type.name !== named.type) {
      problems.add('foreign', name, `is an image of type ${image.type.name}, not ${named.type}`);
    }
    problems.add('version', name, versionProblem(image));
    if (image.entries.some(({ message }) => hasZero(message)))
      problems.add('forged', name, 'has text with a zero byte in it');
    return image;
  } catch (error) {
    problems.addError(name, error);
    return undefined;
  }
};

const GZIP_MAGIC = 0x8b1f;

const archiveProblem = async (round: Round, name: string): Promise<string | undefined> => {
  const head = await fileOf(round, name)?.read(0, 2);
  return head?.length === 2 && new DataView(head.buffer, head.byteOffset).getUint16(0, true) === GZIP_MAGIC
    ? undefined
    : 'is no archive';
};

/**
 * Looks at every file of a round and decodes its images, all but pagemaps, whose entries are many. Messages of one round
 * together may be as large as `limits` allow one image to be.
 */
export const verifyFiles = async (
  round: Round,
  problems: Problems,
  budget: Budget,
): Promise<ReadonlyMap<string, Image<Range>>> => {
  const images = new Map<string, Image<Range>>();
  for (const [name, entry] of round.files) {
    const problem = entryProblem(entry);
    problems.add('foreign', name, problem);
    const named = problem === undefined ? describeName(name) : undefined;
    if (named?.kind === 'image' && named.type !== 'PAGEMAP') {
      const image = await loadNamed(round, name, named, budget, problems);
      if (image !== undefined) images.set(name, image);
    }
    if (named?.kind === 'raw' && named.what === 'archive') {
      problems.add('undecodable', name, await archiveProblem(round, name));
    }
  }
  return images;
};
