import { readFileSync } from 'node:fs';
import protobuf from 'protobufjs';

const schema = (name: string): protobuf.Root => {
  const text = readFileSync(new URL(`../../criu-proto/schemas/${name}.proto`, import.meta.url), 'utf8');
  return protobuf.parse(text, new protobuf.Root(), { keepCase: true }).root;
};

const roots: Record<'stats' | 'pagemap', protobuf.Root> = {
  stats: schema('stats'),
  pagemap: schema('pagemap'),
};

/** The bytes of one message, made by protobufjs and not by the code under test. */
export const message = (root: 'stats' | 'pagemap', type: string, fields: object): Uint8Array => {
  const builder = roots[root].lookupType(type);
  return builder.encode(builder.fromObject(fields)).finish();
};

const word = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};

/** An image file: magic words, then messages with their lengths. */
export const image = (magics: readonly number[], messages: readonly Uint8Array[]): Uint8Array =>
  Buffer.concat([...magics.map(word), ...messages.flatMap((each) => [word(each.length), each])]);

export const STATS_MAGIC: readonly number[] = [0x55105940, 0x57093306];
export const PAGEMAP_MAGIC: readonly number[] = [0x54564319, 0x56084025];
