import { isList, isMessage, type Message, unknownFieldsOf, type Value } from './message.ts';
import type { FieldSchema, MessageType } from './schema.ts';
import { encodeText } from './text.ts';
import { WIRE, WireWriter } from './wire.ts';

/** A value that is not of its field's type: a mistake of the caller. */
const mismatch = (field: FieldSchema, value: Value): TypeError =>
  new TypeError(`${field.name} is ${field.type.kind}, and cannot be ${String(value)}`);

const integer = (field: FieldSchema, value: Value): bigint => {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value);
  throw mismatch(field, value);
};

const payloadOf = (field: FieldSchema, value: Value): Uint8Array => {
  const { type } = field;
  if (type.kind === 'message' && isMessage(value)) return encodeMessage(type.message, value);
  if (type.kind === 'string' && typeof value === 'string') return encodeText(value);
  if (type.kind === 'bytes' && value instanceof Uint8Array) return value;
  throw mismatch(field, value);
};

const numberOf = (field: FieldSchema, value: Value): bigint => {
  const { type } = field;
  if (type.kind === 'bool' && typeof value === 'boolean') return value ? 1n : 0n;
  if (type.kind === 'enum' && typeof value === 'string') {
    const number = type.numbers.get(value);
    if (number === undefined) throw mismatch(field, value);
    return BigInt(number);
  }
  const number = integer(field, value);
  if (type.kind !== 'sint32' && type.kind !== 'sint64') return number;
  return number < 0n ? -2n * number - 1n : 2n * number;
};

const writeField = (writer: WireWriter, field: FieldSchema, value: Value): void => {
  switch (field.type.kind) {
    case 'message':
    case 'string':
    case 'bytes': {
      const payload = payloadOf(field, value);
      writer.varint(field.id * 8 + WIRE.bytes);
      writer.varint(payload.length);
      writer.append(payload);
      break;
    }
    case 'fixed64':
      writer.varint(field.id * 8 + WIRE.fixed64);
      writer.fixed64(integer(field, value));
      break;
    default:
      writer.varint(field.id * 8 + WIRE.varint);
      writer.varint(numberOf(field, value));
  }
};

const listOf = (value: Value): readonly Value[] => (isList(value) ? value : [value]);

/**
 * The bytes of a message as criu writes it: fields ascending by number, numbers as short as can be. Throws a `TypeError`
 * where a value is not of its field's type.
 */
export const encodeMessage = (type: MessageType, message: Message): Uint8Array => {
  const writer = new WireWriter();
  const unknown = [...unknownFieldsOf(message)];
  const writeUnknown = (below: number): void => {
    while ((unknown[0]?.id ?? below) < below) {
      for (const bytes of unknown.shift()?.occurrences ?? []) writer.append(bytes);
    }
  };
  for (const field of type.ordered) {
    const value = message[field.name];
    if (value === undefined) continue;
    writeUnknown(field.id);
    for (const one of listOf(value)) writeField(writer, field, one);
  }
  writeUnknown(Number.MAX_SAFE_INTEGER);
  return writer.bytes;
};
