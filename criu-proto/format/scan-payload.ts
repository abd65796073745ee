import { DecodeError } from '../protobuf/errors.ts';
import type { Message } from '../protobuf/message.ts';
import { type MessageType, messageType } from '../protobuf/schema.ts';
import { type Cursor, type Range, type Scan, scanMessage, skipRange } from './cursor.ts';
import type { PayloadKind } from './image-types.ts';
import type { Payload, QueuedMessage } from './payload.ts';

const amount = (cursor: Cursor, message: Message, field: string): number => {
  const value = message[field];
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint' && value <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(value);
  throw new DecodeError(cursor.file, cursor.offset, `${field} is ${String(value)}, and bytes are to follow`);
};

const upTo = (length: number, multiple: number): number => (multiple - (length % multiple)) % multiple;

const padded = (
  cursor: Cursor,
  length: number,
  multiple: number,
  what: string,
): { readonly bytes: Range; readonly padding: Range } => ({
  bytes: skipRange(cursor, length, what),
  padding: skipRange(cursor, upTo(length, multiple), 'padding'),
});

function* scanMessages(cursor: Cursor, count: number): Scan<Payload<Range>> {
  const messages: QueuedMessage<Range>[] = [];
  for (let index = 0; index < count; index += 1) {
    const { message } = yield* scanMessage(cursor, messageType('ipc_msg'));
    const { bytes, padding } = padded(cursor, amount(cursor, message, 'msize'), 8, 'a queued message');
    messages.push({ message, text: bytes, padding });
  }
  return { kind: 'messages', messages };
}

const ghostBytes = (cursor: Cursor, type: MessageType, message: Message): Payload<Range> | undefined => {
  if (type.name === 'ghost_chunk_entry') {
    return { kind: 'bytes', bytes: skipRange(cursor, amount(cursor, message, 'len'), 'a chunk') };
  }
  if (message['chunks'] === true) return undefined;
  return { kind: 'bytes', bytes: skipRange(cursor, cursor.size - cursor.offset, 'the content') };
};

/** Passes what follows a message; of all but queued messages no byte is read. */
export function* scanPayload(
  cursor: Cursor,
  kind: PayloadKind,
  type: MessageType,
  message: Message,
): Scan<Payload<Range> | undefined> {
  const bytes = (field: string): Range => skipRange(cursor, amount(cursor, message, field), 'a payload');
  switch (kind) {
    case 'none':
      return undefined;
    case 'pipe':
      return { kind: 'bytes', bytes: bytes('bytes') };
    case 'packet':
      return { kind: 'bytes', bytes: bytes('length') };
    case 'tcp':
      return { kind: 'queues', received: bytes('inq_len'), written: bytes('outq_len') };
    case 'bpf': {
      const length = amount(cursor, message, 'keys_bytes') + amount(cursor, message, 'values_bytes');
      return { kind: 'bytes', bytes: skipRange(cursor, length, 'keys and values') };
    }
    case 'ghost':
      return ghostBytes(cursor, type, message);
    case 'shared-memory': {
      if (message['in_pagemaps'] === true) return undefined;
      return { kind: 'padded', ...padded(cursor, amount(cursor, message, 'size'), 4, 'a segment') };
    }
    case 'semaphores': {
      const length = 2 * amount(cursor, message, 'nsems');
      return { kind: 'semaphores', ...padded(cursor, length, 8, 'semaphores') };
    }
    case 'messages':
      return yield* scanMessages(cursor, amount(cursor, message, 'qnum'));
  }
}
