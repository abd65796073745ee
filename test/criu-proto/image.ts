import { readdirSync, readFileSync } from 'node:fs';
import protobuf from 'protobufjs';

const folder = new URL('../../criu-proto/schemas/', import.meta.url);

/** The schemas as protobufjs has them, for what its own encoder makes. */
export const schemas: protobuf.Root = new protobuf.Root();
for (const file of readdirSync(folder)) {
  protobuf.parse(readFileSync(new URL(file, folder), 'utf8'), schemas, { keepCase: true });
}
schemas.resolveAll();

/** The bytes of one message, made by protobufjs and not by the code under test. */
export const message = (type: string, fields: object): Uint8Array => {
  const builder = schemas.lookupType(type);
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
