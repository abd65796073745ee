import type { Range } from '../format/cursor.ts';
import type { Image } from '../format/image.ts';
import { type ByteSource, loadImage } from '../format/stream.ts';
import { DecodeError } from '../protobuf/errors.ts';
import { isList, isMessage, type Value } from '../protobuf/message.ts';

/** One place where two images differ; `undefined` on the side that has nothing there. */
export interface Difference {
  /** As in `entries[2].tc.comm`. */
  readonly path: string;
  readonly left: Value | undefined;
  readonly right: Value | undefined;
}

const sameBytes = (left: Uint8Array, right: Uint8Array): boolean => Buffer.compare(left, right) === 0;

function* compareValues(
  path: string,
  left: Value | undefined,
  right: Value | undefined,
): Generator<Difference, void, void> {
  if (left === right) return;
  if (isList(left) && isList(right)) {
    for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
      yield* compareValues(`${path}[${index}]`, left[index], right[index]);
    }
  } else if (isMessage(left) && isMessage(right)) {
    for (const field of new Set([...Object.keys(left), ...Object.keys(right)])) {
      yield* compareValues(path === '' ? field : `${path}.${field}`, left[field], right[field]);
    }
  } else if (!(left instanceof Uint8Array && right instanceof Uint8Array && sameBytes(left, right))) {
    yield { path, left, right };
  }
}

const asValue = (image: Image<Range>): Value => image.entries.map(({ message }) => message);

/** Where the messages of two images differ. Throws `DecodeError`. */
export async function* diffImages(
  left: ByteSource,
  right: ByteSource,
): AsyncGenerator<Difference, void, void> {
  const [a, b] = [await loadImage(left), await loadImage(right)];
  if (a.type !== b.type) {
    yield { path: 'type', left: a.type.name, right: b.type.name };
    return;
  }
  yield* compareValues('entries', asValue(a), asValue(b));
}

const PIECE = 1024 * 1024;

/** The first byte that differs between two files; `undefined` where they are the same. Reads both by parts. */
export const firstDifference = async (left: ByteSource, right: ByteSource): Promise<number | undefined> => {
  const common = Math.min(left.size, right.size);
  for (let offset = 0; offset < common; offset += PIECE) {
    const length = Math.min(PIECE, common - offset);
    const [a, b] = await Promise.all([left.read(offset, length), right.read(offset, length)]);
    if (a.length !== length || b.length !== length) {
      throw new DecodeError(left.name, offset, `${length} bytes could not be read`);
    }
    if (!sameBytes(a, b)) return offset + a.findIndex((byte, index) => byte !== b[index]);
  }
  return left.size === right.size ? undefined : common;
};
