import type { Range } from '../format/cursor.ts';
import type { Image } from '../format/image.ts';
import { type ByteSource, loadImage } from '../format/stream.ts';
import type { Budget } from '../protobuf/message.ts';
import type { Round } from './chain.ts';
import type { Pagemap, PagemapEntry } from './pagemap.ts';
import { streamPagemap } from './pagemap-stream.ts';

/** A file of a round, to be read by parts; `undefined` where there is no such regular file. */
export const fileOf = ({ directory, files }: Round, name: string): ByteSource | undefined => {
  const entry = files.get(name);
  if (entry?.kind !== 'file') return undefined;
  const { size } = entry;
  return { name, size, read: (offset, length) => directory.read(name, offset, length) };
};

/** An image of a round, without its payloads; `undefined` where there is none. Throws `DecodeError`. */
export const imageOf = async (
  round: Round,
  name: string,
  budget?: Budget,
): Promise<Image<Range> | undefined> => {
  const source = fileOf(round, name);
  return source === undefined ? undefined : loadImage(source, budget);
};

/** All entries of a pagemap of a round. Throws `DecodeError`. */
export const pagemapIn = async (round: Round, name: string): Promise<Pagemap | undefined> => {
  const source = fileOf(round, name);
  if (source === undefined) return undefined;
  const entries: PagemapEntry[] = [];
  const { pagesId } = await streamPagemap(source, (entry) => entries.push(entry));
  return { pagesId, entries };
};
