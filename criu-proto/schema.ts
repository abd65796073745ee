import { readFileSync } from 'node:fs';
import protobuf, { type Type } from 'protobufjs';

/** The message types of one of the schemas beside this file. */
export const loadSchema = (name: string): ((type: string) => Type) => {
  const text = readFileSync(new URL(`./schemas/${name}.proto`, import.meta.url), 'utf8');
  const { root } = protobuf.parse(text, new protobuf.Root(), { keepCase: true });
  return (type) => root.lookupType(type);
};
