import type { Range } from '../format/cursor.ts';
import type { Image } from '../format/image.ts';
import { type ByteSource, loadImage } from '../format/stream.ts';
import { DecodeError } from '../protobuf/errors.ts';
import { limits } from '../protobuf/limits.ts';
import type { Budget } from '../protobuf/message.ts';
import type { Round } from './chain.ts';
import { decodePagemap, type Pagemap } from './pagemap.ts';

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

/** A pagemap of a round, read at once: it is small beside the pages. Throws `DecodeError`. */
export const pagemapIn = async (round: Round, name: string): Promise<Pagemap | undefined> => {
  const source = fileOf(round, name);
  if (source === undefined) return undefined;
  if (source.size > limits.image) throw new DecodeError(name, 0, `a pagemap of ${source.size} bytes`);
  const bytes = await source.read(0, source.size);
  if (bytes.length !== source.size) throw new DecodeError(name, bytes.length, 'could not be read to its end');
  return decodePagemap(name, bytes);
};
