import { DecodeError } from '../protobuf/errors.ts';
import { type Budget, newBudget } from '../protobuf/message.ts';
import { messageType } from '../protobuf/schema.ts';
import { type Cursor, readWord, type Scan, scanMessage } from './cursor.ts';
import { FIRST_MAGIC, type ImageType, INVENTORY, imageTypeOf, serviceImages } from './image-types.ts';
import { scanPayload } from './scan-payload.ts';

const hex = (word: number): string => `0x${word.toString(16).padStart(8, '0')}`;

function* scanType(cursor: Cursor): Scan<ImageType> {
  const first = yield* readWord(cursor, 'the first magic word');
  if (first === INVENTORY.magic) return INVENTORY;
  const service = first === FIRST_MAGIC.service;
  if (!service && first !== FIRST_MAGIC.image) {
    throw new DecodeError(cursor.file, 0, `the first magic word is ${hex(first)}, that of no image`);
  }
  const magic = yield* readWord(cursor, 'the type magic word');
  const type = imageTypeOf(magic);
  if (type === undefined || type === INVENTORY || serviceImages.has(type.name) !== service) {
    const after = service ? 'a file of criu itself' : 'an image';
    throw new DecodeError(
      cursor.file,
      4,
      `the type magic word is ${hex(magic)}, that of no type of ${after}`,
    );
  }
  return type;
}

/** All of an image: its type, then its entries. Throws `DecodeError`. */
export function* scanImage(file: string, size: number, budget: Budget = newBudget()): Scan<void> {
  const cursor: Cursor = { file, size, offset: 0, budget };
  const type = yield* scanType(cursor);
  yield { step: 'type', type, end: cursor.offset };
  let message = messageType(type.message);
  while (cursor.offset < size) {
    const head = yield* scanMessage(cursor, message);
    const payload = yield* scanPayload(cursor, type.payload, message, head.message);
    const entry = { ...head, type: message };
    yield { step: 'entry', entry: payload === undefined ? entry : { ...entry, payload } };
    if (type.rest !== undefined) message = messageType(type.rest);
  }
}
