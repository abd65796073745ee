import { isList, isMessage, type Message, type Value } from './message.ts';

// What the decoder has checked already, as the type that it has: a field of another type cannot be there.

export const numberIn = (message: Message, field: string): number | undefined => {
  const value = message[field];
  return typeof value === 'number' ? value : undefined;
};

/** A field of 64 bits. */
export const bigIn = (message: Message, field: string): bigint | undefined => {
  const value = message[field];
  return typeof value === 'bigint' ? value : undefined;
};

/** Text, or the name of an enum's value. */
export const textIn = (message: Message, field: string): string | undefined => {
  const value = message[field];
  return typeof value === 'string' ? value : undefined;
};

export const bytesIn = (message: Message, field: string): Uint8Array | undefined => {
  const value = message[field];
  return value instanceof Uint8Array ? value : undefined;
};

export const messageIn = (message: Message, field: string): Message | undefined => {
  const value = message[field];
  return isMessage(value) ? value : undefined;
};

export const listIn = (message: Message, field: string): readonly Value[] => {
  const value = message[field];
  return isList(value) ? value : [];
};

export const messagesIn = (message: Message, field: string): readonly Message[] =>
  listIn(message, field).filter(isMessage);

export const numbersIn = (message: Message, field: string): readonly number[] =>
  listIn(message, field).filter((value) => typeof value === 'number');
