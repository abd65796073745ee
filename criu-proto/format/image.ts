import { encodeMessage } from '../protobuf/encode-message.ts';
import { DecodeError } from '../protobuf/errors.ts';
import { limits } from '../protobuf/limits.ts';
import { decodeMessageAt, newBudget } from '../protobuf/message.ts';
import { messageType } from '../protobuf/schema.ts';
import { WireWriter } from '../protobuf/wire.ts';
import type { Entry, Range } from './cursor.ts';
import { FIRST_MAGIC, type ImageType, INVENTORY, serviceImages } from './image-types.ts';
import { mapPayload, type Payload } from './payload.ts';
import { scanImage } from './scan.ts';

/**
 * A decoded image. In memory byte fields and payloads are views of the bytes that it was decoded from; of a file too large
 * for that `Content` is where the payloads are.
 */
export interface Image<Content = Uint8Array> {
  readonly type: ImageType;
  readonly entries: readonly Entry<Content>[];
}

/**
 * Entries without payloads, from `offset` to the end: what `scanImage` does, without asking for every piece. An image that
 * is in memory is read several times as quickly so.
 */
const decodePlain = (
  file: string,
  bytes: Uint8Array,
  type: ImageType,
  offset: number,
): readonly Entry<Uint8Array>[] => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const budget = newBudget();
  const entries: Entry<Uint8Array>[] = [];
  let message = messageType(type.message);
  for (let at = offset; at < bytes.length; ) {
    const begin = at + 4;
    if (begin > bytes.length) throw new DecodeError(file, at, 'ends within the length of a message');
    const length = view.getUint32(at, true);
    const remaining = bytes.length - begin;
    if (length > Math.min(limits.message, remaining)) {
      throw new DecodeError(file, at, `a message of ${length} bytes where ${remaining} remain`);
    }
    at = begin + length;
    entries.push({
      offset: begin,
      type: message,
      message: decodeMessageAt(file, message, bytes, begin, at, budget),
    });
    if (type.rest !== undefined) message = messageType(type.rest);
  }
  return entries;
};

/** Decodes an image of any type. `file` names it in errors. Throws `DecodeError` and nothing else. */
export const decodeImage = (file: string, bytes: Uint8Array): Image => {
  const at = ({ offset, length }: Range): Uint8Array => bytes.subarray(offset, offset + length);
  const scan = scanImage(file, bytes.length);
  const entries: Entry<Uint8Array>[] = [];
  let type: ImageType | undefined;
  for (let next = scan.next(); next.done !== true; ) {
    const { value } = next;
    if (value.step === 'type') {
      type = value.type;
      if (type.payload === 'none') return { type, entries: decodePlain(file, bytes, type, value.end) };
    }
    if (value.step === 'entry') {
      const { payload, ...head } = value.entry;
      entries.push(payload === undefined ? head : { ...head, payload: mapPayload(payload, at) });
    }
    next = scan.next(value.step === 'read' ? at(value.range) : undefined);
  }
  if (type === undefined) throw new DecodeError(file, 0, 'is of no type');
  return { type, entries };
};

const writeMessage = (writer: WireWriter, bytes: Uint8Array): void => {
  writer.word(bytes.length);
  writer.append(bytes);
};

const writePayload = (writer: WireWriter, payload: Payload<Uint8Array>): void => {
  switch (payload.kind) {
    case 'bytes':
      writer.append(payload.bytes);
      break;
    case 'padded':
    case 'semaphores':
      writer.append(payload.bytes);
      writer.append(payload.padding);
      break;
    case 'queues':
      writer.append(payload.received);
      writer.append(payload.written);
      break;
    case 'messages':
      for (const { message, text, padding } of payload.messages) {
        writeMessage(writer, encodeMessage(messageType('ipc_msg'), message));
        writer.append(text);
        writer.append(padding);
      }
  }
};

/** The bytes of an image as criu writes it: those it was decoded from, when criu wrote them. */
export const encodeImage = ({ type, entries }: Image): Uint8Array => {
  const writer = new WireWriter();
  if (type !== INVENTORY) writer.word(serviceImages.has(type.name) ? FIRST_MAGIC.service : FIRST_MAGIC.image);
  writer.word(type.magic);
  for (const entry of entries) {
    writeMessage(writer, encodeMessage(entry.type, entry.message));
    if (entry.payload !== undefined) writePayload(writer, entry.payload);
  }
  return writer.bytes;
};
