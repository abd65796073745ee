import type { Type } from 'protobufjs';
import { DecodeError } from './errors.ts';
import type { Frame } from './framing.ts';

/** Fields of a message, 64-bit ones as decimal text, so that none loses a digit. Absent ones are absent. */
export type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null;

/** Decodes one message; every failure of the decoder becomes a `DecodeError`. */
export const decodeMessage = (file: string, type: Type, { offset, message }: Frame): Fields => {
  try {
    return type.toObject(type.decode(message), { longs: String });
  } catch (error) {
    throw new DecodeError(file, offset, `no ${type.name}`, error);
  }
};

/** The fields of one message, by type. `offset` is that of the message. */
export interface FieldReader {
  uint32(name: string): number | undefined;
  uint64(name: string): bigint | undefined;
}

export const fieldReader = (file: string, offset: number, fields: Fields): FieldReader => ({
  uint32(name): number | undefined {
    const value = fields[name];
    if (value === undefined || typeof value === 'number') return value;
    throw new DecodeError(file, offset, `${name} is no number`);
  },
  uint64(name): bigint | undefined {
    const value = fields[name];
    if (value === undefined) return undefined;
    if (typeof value === 'string' && /^\d+$/.test(value)) return BigInt(value);
    throw new DecodeError(file, offset, `${name} is no number`);
  },
});
