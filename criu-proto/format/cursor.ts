import { DecodeError } from '../protobuf/errors.ts';
import { limits } from '../protobuf/limits.ts';
import { type Budget, decodeMessage, type Message } from '../protobuf/message.ts';
import type { MessageType } from '../protobuf/schema.ts';
import type { ImageType } from './image-types.ts';
import type { Payload } from './payload.ts';

/** A part of a file, in bytes. */
export interface Range {
  readonly offset: number;
  readonly length: number;
}

/** One entry; its payload as `Content`, which is bytes or where they are. */
export interface Entry<Content> {
  /** Where in the file its message begins. */
  readonly offset: number;
  readonly type: MessageType;
  readonly message: Message;
  readonly payload?: Payload<Content>;
}

export type Step =
  /** Wants the bytes of a range, which is within the file. */
  | { readonly step: 'read'; readonly range: Range }
  /** `end`: where its magic words end. */
  | { readonly step: 'type'; readonly type: ImageType; readonly end: number }
  | { readonly step: 'entry'; readonly entry: Entry<Range> };

/** A part of reading an image that knows nothing of where the bytes come from: it asks for them and is given them. */
export type Scan<Result> = Generator<Step, Result, Uint8Array | undefined>;

/** What the parts of a scan have in common. */
export interface Cursor {
  readonly file: string;
  readonly size: number;
  offset: number;
  readonly budget: Budget;
}

/** Says which bytes come next, and passes them. `what` they are is said when the file ends before. */
export const skipRange = (cursor: Cursor, length: number, what: string): Range => {
  const remaining = cursor.size - cursor.offset;
  if (length > remaining) {
    throw new DecodeError(cursor.file, cursor.offset, `${what} of ${length} bytes where ${remaining} remain`);
  }
  const range = { offset: cursor.offset, length };
  cursor.offset += length;
  return range;
};

function* readRange(cursor: Cursor, length: number, what: string): Scan<Uint8Array> {
  const range = skipRange(cursor, length, what);
  const bytes = yield { step: 'read', range };
  if (bytes?.length !== length) throw new DecodeError(cursor.file, range.offset, `${what} could not be read`);
  return bytes;
}

export function* readWord(cursor: Cursor, what: string): Scan<number> {
  const bytes = yield* readRange(cursor, 4, what);
  return new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
}

/** A length and a message of so many bytes. */
export function* scanMessage(
  cursor: Cursor,
  type: MessageType,
): Scan<{ readonly offset: number; readonly message: Message }> {
  const at = cursor.offset;
  const length = yield* readWord(cursor, 'the length of a message');
  const offset = cursor.offset;
  const remaining = cursor.size - offset;
  if (length > Math.min(limits.message, remaining)) {
    throw new DecodeError(cursor.file, at, `a message of ${length} bytes where ${remaining} remain`);
  }
  const bytes = yield* readRange(cursor, length, 'a message');
  return { offset, message: decodeMessage(cursor.file, type, bytes, offset, cursor.budget) };
}
