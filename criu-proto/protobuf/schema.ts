import { readdirSync, readFileSync } from 'node:fs';
import protobuf, { type Field, type Type } from 'protobufjs';

const scalars = [
  'int32',
  'uint32',
  'int64',
  'uint64',
  'sint32',
  'sint64',
  'fixed64',
  'bool',
  'string',
  'bytes',
] as const;

/** The scalar types that criu uses. */
export type Scalar = (typeof scalars)[number];

export type FieldType =
  | { readonly kind: Scalar }
  | {
      readonly kind: 'enum';
      readonly names: ReadonlyMap<number, string>;
      readonly numbers: ReadonlyMap<string, number>;
    }
  | { readonly kind: 'message'; readonly message: MessageType };

export interface FieldSchema {
  readonly id: number;
  readonly name: string;
  readonly rule: 'required' | 'optional' | 'repeated';
  readonly type: FieldType;
}

export interface MessageType {
  readonly name: string;
  /** By number. */
  readonly fields: ReadonlyMap<number, FieldSchema>;
  /** Ascending by number. */
  readonly ordered: readonly FieldSchema[];
  readonly required: readonly FieldSchema[];
}

const isScalar = (type: string): type is Scalar => scalars.some((scalar) => scalar === type);

interface SchemaFile {
  readonly text: string;
  readonly imports: readonly string[];
  readonly messages: readonly string[];
}

const namesIn = (text: string, pattern: RegExp): readonly string[] =>
  [...text.matchAll(pattern)].flatMap(([, name]) => name ?? []);

/** Every schema beside this file, its text only looked through: most readers want one or two messages. */
const readSchemas = (): ReadonlyMap<string, SchemaFile> => {
  const folder = new URL('../schemas/', import.meta.url);
  const names = readdirSync(folder).filter((name) => name.endsWith('.proto'));
  return new Map(
    names.map((name) => {
      const text = readFileSync(new URL(name, folder), 'utf8');
      const imports = namesIn(text, /^import "(.*)";$/gm);
      return [name, { text, imports, messages: namesIn(text, /^message (\w+) \{$/gm) }];
    }),
  );
};

let schemas: ReadonlyMap<string, SchemaFile> | undefined;
const root = new protobuf.Root();
const parsed = new Set<string>();
const made = new Map<string, MessageType>();

const parseSchema = (name: string, files: ReadonlyMap<string, SchemaFile>): void => {
  const file = files.get(name);
  if (file === undefined || parsed.has(name)) return;
  parsed.add(name);
  protobuf.parse(file.text, root, { keepCase: true });
  for (const other of file.imports) parseSchema(other, files);
};

/** A message of the schemas beside this file, which are read when the first is asked for. */
export const messageType = (name: string): MessageType => {
  const known = made.get(name);
  if (known !== undefined) return known;
  schemas ??= readSchemas();
  const [home] = [...schemas].find(([, { messages }]) => messages.includes(name)) ?? [];
  if (home === undefined) throw new Error(`no schema has a message ${name}`);
  parseSchema(home, schemas);
  root.resolveAll();
  return typeOf(root.lookupType(name));
};

const typeOf = (type: Type): MessageType => {
  const known = made.get(type.name);
  if (known !== undefined) return known;
  const fields = new Map<number, FieldSchema>();
  const ordered: FieldSchema[] = [];
  const required: FieldSchema[] = [];
  const result: MessageType = { name: type.name, fields, ordered, required };
  // Before its fields: a message may be in itself.
  made.set(type.name, result);
  for (const field of type.fieldsArray.toSorted((a, b) => a.id - b.id)) {
    const schema = fieldOf(field);
    fields.set(schema.id, schema);
    ordered.push(schema);
    if (schema.rule === 'required') required.push(schema);
  }
  return result;
};

const fieldOf = (field: Field): FieldSchema => ({
  id: field.id,
  name: field.name,
  rule: field.repeated ? 'repeated' : field.required ? 'required' : 'optional',
  type: fieldTypeOf(field),
});

const fieldTypeOf = ({ resolvedType, type }: Field): FieldType => {
  if (resolvedType instanceof protobuf.Type) return { kind: 'message', message: typeOf(resolvedType) };
  if (resolvedType instanceof protobuf.Enum) {
    const values = Object.entries(resolvedType.values);
    const names = new Map(values.map(([name, number]) => [number, name]));
    return { kind: 'enum', names, numbers: new Map(values) };
  }
  if (isScalar(type)) return { kind: type };
  throw new Error(`the schemas have a field of type ${type}, which nothing here reads`);
};
