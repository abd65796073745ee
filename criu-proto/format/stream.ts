import { DecodeError } from '../protobuf/errors.ts';
import { limits } from '../protobuf/limits.ts';
import { type Budget, newBudget } from '../protobuf/message.ts';
import type { Entry, Range, Step } from './cursor.ts';
import type { Image } from './image.ts';
import type { ImageType } from './image-types.ts';
import { scanImage } from './scan.ts';

/** A file that is read by parts. */
export interface ByteSource {
  /** Names it in errors. */
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  /** `length` bytes from `offset`; fewer only where the file ends. */
  read(offset: number, length: number): Promise<Uint8Array>;
}

/** Messages are small and follow each other: they are fetched together. */
const READ_AHEAD = 256 * 1024;

type Reader = (range: Range) => Promise<Uint8Array>;

const readAhead = (source: ByteSource): Reader => {
  let offset = 0;
  let bytes: Uint8Array = new Uint8Array();
  return async (range) => {
    const end = range.offset + range.length;
    if (range.offset < offset || end > offset + bytes.length) {
      const length = Math.min(Math.max(range.length, READ_AHEAD), source.size - range.offset);
      bytes = await source.read(range.offset, length);
      offset = range.offset;
    }
    return bytes.subarray(range.offset - offset, end - offset);
  };
};

/** Type and entries of an image of any size; payloads are told by their place and not read. Throws `DecodeError`. */
export async function* streamImage(
  source: ByteSource,
  budget: Budget = newBudget(),
): AsyncGenerator<Exclude<Step, { readonly step: 'read' }>, void, void> {
  const read = readAhead(source);
  const scan = scanImage(source.name, source.size, budget);
  for (let next = scan.next(); next.done !== true; ) {
    const { value } = next;
    if (value.step === 'read') {
      next = scan.next(await read(value.range));
    } else {
      yield value;
      next = scan.next(undefined);
    }
  }
}

/** Like `streamImage`, for one entry after the other in bounded memory, however many there are. */
export async function* streamEntries(source: ByteSource): AsyncGenerator<Entry<Range>, void, void> {
  const budget = newBudget();
  for await (const value of streamImage(source, budget)) {
    if (value.step === 'entry') yield value.entry;
    budget.values = limits.values;
  }
}

/** All messages of an image, without its payloads. Throws `DecodeError`. */
export const loadImage = async (source: ByteSource, budget?: Budget): Promise<Image<Range>> => {
  const entries: Entry<Range>[] = [];
  let type: ImageType | undefined;
  for await (const value of streamImage(source, budget)) {
    if (value.step === 'type') type = value.type;
    else entries.push(value.entry);
  }
  if (type === undefined) throw new DecodeError(source.name, 0, 'is of no type');
  return { type, entries };
};
