import type { Entry } from '../format/cursor.ts';
import type { Image } from '../format/image.ts';
import type { Payload } from '../format/payload.ts';
import {
  isList,
  isMessage,
  type Message,
  unknownField,
  unknownFieldsOf,
  type Value,
} from '../protobuf/message.ts';
import { type FieldSchema, type MessageType, messageType } from '../protobuf/schema.ts';
import { quotedPrintable } from './quoted-printable.ts';

// The JSON that `crit decode` prints, to the letter: `", "` and `": "` between, nothing but ASCII, numbers in decimal with
// all their digits, bytes in base64 with a line end after each 76 characters.

/** Bytes of one line of base64. */
const BASE64_LINE = 57;

export const quoted = (text: string): string =>
  JSON.stringify(text).replaceAll(/[\u007f-\uffff]/g, (unit) =>
    unit === '\u007f' ? unit : `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** Base64 inside a JSON string, its line ends escaped; a part of it where `bytes` are whole lines. */
export const base64Lines = (bytes: Uint8Array): string => {
  const lines: string[] = [];
  for (let begin = 0; begin < bytes.length; begin += BASE64_LINE) {
    const line = bytes.subarray(begin, begin + BASE64_LINE);
    lines.push(`${Buffer.from(line.buffer, line.byteOffset, line.length).toString('base64')}\\n`);
  }
  return lines.join('');
};

const bytesJson = (bytes: Uint8Array): string => `"${base64Lines(bytes)}"`;

/** The one field that crit shows in a form of its own. */
const isSocketName = (type: MessageType, field: FieldSchema): boolean =>
  type.name === 'unix_sk_entry' && field.name === 'name';

const valueJson = (type: MessageType, field: FieldSchema, value: Value): string => {
  if (typeof value === 'number' || typeof value === 'bigint') return `${value}`;
  if (typeof value === 'string') return quoted(value);
  if (value instanceof Uint8Array) {
    return isSocketName(type, field) ? quoted(quotedPrintable(value)) : bytesJson(value);
  }
  if (isList(value)) return `[${value.map((one) => valueJson(type, field, one)).join(', ')}]`;
  if (isMessage(value) && field.type.kind === 'message') {
    return `{${messageMembers(field.type.message, value)}}`;
  }
  return String(value);
};

const unknownMember = (id: number, occurrences: readonly Uint8Array[]): string =>
  `"${unknownField(id)}": [${occurrences.map(bytesJson).join(', ')}]`;

/** Up to criu 4.1 the only count of a pagemap entry has the name that later is that of the wider one. */
const nameOf = (type: MessageType, { name }: FieldSchema, message: Message): string =>
  type.name === 'pagemap_entry' && name === 'compat_nr_pages' && message['nr_pages'] === undefined
    ? 'nr_pages'
    : name;

/** The fields of a message, without braces. */
const messageMembers = (type: MessageType, message: Message): string => {
  let text = '';
  for (const field of type.ordered) {
    const value = message[field.name];
    if (value === undefined) continue;
    if (text !== '') text += ', ';
    text += `"${nameOf(type, field, message)}": ${valueJson(type, field, value)}`;
  }
  for (const { id, occurrences } of unknownFieldsOf(message)) {
    if (text !== '') text += ', ';
    text += unknownMember(id, occurrences);
  }
  return text;
};

const words = (bytes: Uint8Array): string => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const numbers = Array.from({ length: bytes.length / 2 }, (_, index) => view.getUint16(2 * index, true));
  return `[${numbers.join(', ')}]`;
};

const payloadJson = (payload: Payload<Uint8Array>): string => {
  switch (payload.kind) {
    case 'bytes':
    case 'padded':
      return bytesJson(payload.bytes);
    case 'semaphores':
      return words(payload.bytes);
    case 'queues':
      return `{"inq": ${bytesJson(payload.received)}, "outq": ${bytesJson(payload.written)}}`;
    case 'messages': {
      const type = messageType('ipc_msg');
      const parts = payload.messages.flatMap(({ message, text }) => [
        `{${messageMembers(type, message)}}`,
        bytesJson(text),
      ]);
      return `[${parts.join(', ')}]`;
    }
  }
};

/** The fields of an entry, without braces; with an `extra` to follow they end in what parts them from it. */
export const entryMembers = ({ type, message, payload }: Entry<unknown>): string => {
  const members = messageMembers(type, message);
  return payload === undefined || members === '' ? members : `${members}, `;
};

export const entryJson = (entry: Entry<Uint8Array>): string => {
  const extra = entry.payload === undefined ? '' : `"extra": ${payloadJson(entry.payload)}`;
  return `{${entryMembers(entry)}${extra}}`;
};

/** What `crit decode` prints for the image, without the line end. */
export const critJson = ({ type, entries }: Image): string =>
  `{"magic": "${type.name}", "entries": [${entries.map(entryJson).join(', ')}]}`;
