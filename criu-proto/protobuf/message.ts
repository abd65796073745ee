import { limits } from './limits.ts';
import type { FieldSchema, MessageType, Scalar } from './schema.ts';
import { decodeText } from './text.ts';
import { WIRE, WireReader } from './wire.ts';

/**
 * A field: numbers of 32 bits as numbers, those of 64 bits as bigints, enums by name (by number where they have none),
 * text, bytes, messages, and lists of these.
 */
export type Value = number | bigint | boolean | string | Uint8Array | Message | readonly Value[];

/**
 * A message by the names of its fields; absent ones are absent. A field that the schema does not know, as a later criu may
 * write, is kept under its number, as in `?23`: each time it occurs the bytes it has, tag included.
 */
export interface Message {
  readonly [field: string]: Value | undefined;
}

export const isMessage = (value: Value | undefined): value is Message =>
  typeof value === 'object' && !Array.isArray(value) && !(value instanceof Uint8Array);

/** `Array.isArray` does not know lists that must not be changed. */
export const isList = (value: Value | undefined): value is readonly Value[] => Array.isArray(value);

export const unknownField = (id: number): string => `?${id}`;

const UNKNOWN = '?'.charCodeAt(0);

interface UnknownField {
  readonly id: number;
  readonly occurrences: readonly Uint8Array[];
}

/** Fields that no schema has, ascending by number: each time one occurs its bytes, tag included. */
export const unknownFieldsOf = (message: Message): readonly UnknownField[] => {
  const found: UnknownField[] = [];
  for (const name in message) {
    const value = name.charCodeAt(0) === UNKNOWN ? message[name] : undefined;
    if (!isList(value)) continue;
    found.push({ id: Number(name.slice(1)), occurrences: value.filter((one) => one instanceof Uint8Array) });
  }
  return found.sort((a, b) => a.id - b.id);
};

/** What may still be allocated, shared by the messages of an image. */
export interface Budget {
  values: number;
}

export const newBudget = (): Budget => ({ values: limits.values });

const scalarReaders: Record<Exclude<Scalar, 'string' | 'bytes'>, (reader: WireReader) => Value> = {
  int32: (reader) => reader.int32(),
  uint32: (reader) => reader.uint32(),
  int64: (reader) => reader.int64(),
  uint64: (reader) => reader.uint64(),
  sint32: (reader) => {
    const zigzag = reader.uint32();
    return (zigzag >>> 1) ^ -(zigzag & 1);
  },
  sint64: (reader) => {
    const zigzag = reader.uint64();
    return (zigzag >> 1n) ^ -(zigzag & 1n);
  },
  fixed64: (reader) => reader.fixed64(),
  bool: (reader) => reader.bool(),
};

const wireOf = ({ type: { kind } }: FieldSchema): number => {
  if (kind === 'message' || kind === 'string' || kind === 'bytes') return WIRE.bytes;
  return kind === 'fixed64' ? WIRE.fixed64 : WIRE.varint;
};

const spend = (reader: WireReader, budget: Budget): void => {
  budget.values -= 1;
  if (budget.values < 0) throw reader.fault(`more than ${limits.values} values`);
};

const readValue = (reader: WireReader, field: FieldSchema, budget: Budget, depth: number): Value => {
  const { type } = field;
  switch (type.kind) {
    case 'message':
      return readMessage(reader.within(reader.uint32()), type.message, budget, depth + 1);
    case 'enum': {
      const number = reader.int32();
      return type.names.get(number) ?? number;
    }
    case 'string':
      return decodeText(reader.take(reader.uint32()));
    case 'bytes':
      return reader.take(reader.uint32());
    default:
      return scalarReaders[type.kind](reader);
  }
};

const skip = (reader: WireReader, wire: number): void => {
  if (wire === WIRE.varint) reader.uint64();
  else if (wire === WIRE.fixed64) reader.take(8);
  else if (wire === WIRE.bytes) reader.take(reader.uint32());
  else if (wire === WIRE.fixed32) reader.take(4);
  else throw reader.fault(`a field of kind ${wire}`);
};

/** The fields of one message as they come in; lists grow. */
class Fields {
  readonly message: Record<string, Value> = {};
  #lists: Map<string, Value[]> | undefined;

  has(name: string): boolean {
    return this.message[name] !== undefined;
  }

  append(name: string, value: Value): void {
    this.#lists ??= new Map();
    const list = this.#lists.get(name);
    if (list !== undefined) {
      list.push(value);
      return;
    }
    const first = [value];
    this.#lists.set(name, first);
    this.message[name] = first;
  }
}

const readField = (
  reader: WireReader,
  type: MessageType,
  fields: Fields,
  budget: Budget,
  depth: number,
): void => {
  const at = reader.position;
  const tag = reader.uint32();
  const wire = tag & 7;
  const id = tag >>> 3;
  spend(reader, budget);
  if (id === 0) throw reader.fault('a field of number 0', at);
  const field = type.fields.get(id);
  if (field === undefined) {
    skip(reader, wire);
    fields.append(unknownField(id), reader.since(at));
    return;
  }
  if (wire !== wireOf(field)) throw reader.fault(`${field.name} is of kind ${wire}`, at);
  if (field.rule === 'repeated') {
    fields.append(field.name, readValue(reader, field, budget, depth));
    return;
  }
  // Readers differ in what they make of this, and nobody writes it.
  if (fields.has(field.name)) throw reader.fault(`${field.name} occurs twice`, at);
  fields.message[field.name] = readValue(reader, field, budget, depth);
};

const readMessage = (reader: WireReader, type: MessageType, budget: Budget, depth: number): Message => {
  const begin = reader.position;
  if (depth > limits.depth) throw reader.fault(`${type.name} nests deeper than ${limits.depth}`);
  spend(reader, budget);
  const fields = new Fields();
  while (reader.position < reader.end) readField(reader, type, fields, budget, depth);
  for (const { name } of type.required) {
    if (!fields.has(name)) throw reader.fault(`${type.name} has no ${name}`, begin);
  }
  return fields.message;
};

/** Decodes one message, which begins at `offset` of the file. Throws `DecodeError` and nothing else. */
export const decodeMessage = (
  file: string,
  type: MessageType,
  bytes: Uint8Array,
  offset: number,
  budget: Budget = newBudget(),
): Message => readMessage(new WireReader(file, bytes, offset), type, budget, 0);

/** Decodes the message from `begin` up to `end` of a file that is in memory. Throws `DecodeError` and nothing else. */
export const decodeMessageAt = (
  file: string,
  type: MessageType,
  bytes: Uint8Array,
  begin: number,
  end: number,
  budget: Budget,
): Message => readMessage(new WireReader(file, bytes, 0, begin, end), type, budget, 0);
