import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  DecodeError,
  decodeImage,
  encodeImage,
  imageTypes,
  limits,
  type Message,
  type Value,
} from '../../../criu-proto/index.ts';
import { encodeMessage } from '../../../criu-proto/protobuf/encode-message.ts';
import { decodeMessage } from '../../../criu-proto/protobuf/message.ts';
import {
  type FieldSchema,
  type FieldType,
  type MessageType,
  messageType,
} from '../../../criu-proto/protobuf/schema.ts';
import { image, schemas } from '../image.ts';

const integers = {
  int32: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  sint32: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  uint32: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  int64: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  sint64: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  uint64: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  fixed64: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
} as const;

const value = (type: FieldType, depth: number): fc.Arbitrary<Value> => {
  switch (type.kind) {
    case 'bool':
      return fc.boolean();
    case 'string':
      return fc.string({ unit: 'binary' });
    case 'bytes':
      return fc.uint8Array({ maxLength: 12 });
    case 'enum':
      return fc.constantFrom(...type.names.values());
    case 'message':
      return message(type.message, depth + 1);
    default:
      return integers[type.kind];
  }
};

const member = ({ rule, type }: FieldSchema, depth: number): fc.Arbitrary<Value | undefined> => {
  const one = (): fc.Arbitrary<Value> => value(type, depth);
  if (rule === 'required') return one();
  // Folders of cgroups and profiles of AppArmor hold others of their kind.
  if (depth > 2) return fc.constant(undefined);
  return rule === 'optional'
    ? fc.option(one(), { nil: undefined })
    : fc.option(fc.array(one(), { minLength: 1, maxLength: 2 }), { nil: undefined });
};

/** Any message of a type. */
const message = (type: MessageType, depth = 0): fc.Arbitrary<Message> =>
  fc
    .record(Object.fromEntries(type.ordered.map((field) => [field.name, member(field, depth)])))
    .map((fields) => Object.fromEntries(Object.entries(fields).filter(([, one]) => one !== undefined)));

const names = [
  ...new Set(imageTypes.flatMap((type) => [type.message, ...(type.rest === undefined ? [] : [type.rest])])),
];

/** As protobufjs wants it: 64 bits as decimal text. */
const plain = (one: Value): unknown => {
  if (typeof one === 'bigint') return String(one);
  if (one instanceof Uint8Array || typeof one !== 'object') return one;
  return Array.isArray(one)
    ? one.map(plain)
    : Object.fromEntries(
        Object.entries(one).map(([name, inner]) => [name, inner === undefined ? undefined : plain(inner)]),
      );
};

const failure = (action: () => unknown): DecodeError => {
  try {
    action();
  } catch (error) {
    if (error instanceof DecodeError) return error;
    throw error;
  }
  throw new Error('was decoded');
};

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));

const decodeHex = (type: string, hex: string): Message =>
  decodeMessage('f', messageType(type), bytesOf(hex), 100);

describe('messages', () => {
  it.each(names)('of type %s are what they were after encoding and decoding', (name) => {
    const type = messageType(name);
    fc.assert(
      fc.property(message(type), (original) => {
        expect(decodeMessage('f', type, encodeMessage(type, original), 0)).toEqual(original);
      }),
      { numRuns: 5 },
    );
  });

  it.each(names)('of type %s are encoded as another encoder does', (name) => {
    const type = messageType(name);
    const other = schemas.lookupType(name);
    fc.assert(
      fc.property(message(type), (original) => {
        const theirs = other.encode(other.fromObject(Object(plain(original)))).finish();
        expect(Buffer.from(encodeMessage(type, original)).toString('hex')).toBe(
          Buffer.from(theirs).toString('hex'),
        );
      }),
      { numRuns: 5 },
    );
  });

  it('keep fields that no schema has, and give them back in their place', () => {
    // pid 1, an unknown field 9 of each kind, then the rest.
    const hex = '080110001801200148055205616263646559010203040506070865010203044807';
    const decoded = decodeHex('pstree_entry', hex);
    expect(decoded).toMatchObject({ pid: 1, '?9': [bytesOf('4805'), bytesOf('4807')] });
    const again = encodeMessage(messageType('pstree_entry'), decoded);
    expect(decodeMessage('f', messageType('pstree_entry'), again, 0)).toEqual(decoded);
  });

  it('keep text that is not UTF-8', () => {
    const decoded = decodeHex('utsns_entry', '0a04ff41c3a91200');
    expect(decoded['nodename']).toBe('\udcffA\u00e9');
    expect(Buffer.from(encodeMessage(messageType('utsns_entry'), decoded)).toString('hex')).toBe(
      '0a04ff41c3a91200',
    );
  });

  it.each([
    ['a field that occurs twice', 'pstree_entry', '08010801100018012001', 'pid occurs twice', 102],
    ['a field of another kind', 'pstree_entry', '0a0100', 'pid is of kind 2', 100],
    ['a field of number 0', 'pstree_entry', '0001', 'a field of number 0', 100],
    ['a group', 'pstree_entry', '4b', 'a field of kind 3', 101],
    ['33 bits', 'pstree_entry', '08ffffffff1f', 'a number of more than 32 bits', 101],
    ['65 bits', 'pagemap_entry', '08ffffffffffffffffff02', 'a number of more than 64 bits', 101],
    ['a number that does not end', 'pstree_entry', '0880', 'ends within a number', 101],
    ['a length beyond the end', 'utsns_entry', '0a7f61', '127 bytes where 1 remain', 102],
    ['neither true nor false', 'pagemap_entry', '0800100018021', '2 is neither true nor false', 105],
    ['a required field missing', 'pstree_entry', '0801', 'pstree_entry has no ppid', 100],
  ])('refuse %s', (_, type, hex, problem, offset) => {
    expect(failure(() => decodeHex(type, hex))).toMatchObject({ problem, offset });
  });

  it('nest no deeper than any real one', () => {
    let nested: Message = { dir_name: '' };
    for (let depth = 0; depth < 100; depth += 1) nested = { dir_name: '', children: [nested] };
    const bytes = encodeMessage(messageType('cgroup_entry'), { controllers: [{ dirs: [nested] }] });
    const error = failure(() => decodeMessage('f', messageType('cgroup_entry'), bytes, 0));
    expect(error.problem).toBe(`cgroup_dir_entry nests deeper than ${limits.depth}`);
  });

  it('hold no more values than memory has room for', () => {
    // Each field is two bytes here, and an object of a hundred there.
    const bytes = Buffer.alloc(limits.message, Buffer.from([0x12, 0]));
    expect(
      failure(() => decodeMessage('f', messageType('cgroup_entry'), bytes, 0, { values: 1000 })).problem,
    ).toMatch(/^more than \d+ values$/);
  });

  it('are refused beyond a size before they are read', () => {
    const size = Buffer.alloc(4);
    size.writeUInt32LE(limits.message + 1);
    const bytes = Buffer.concat([
      image([0x54564319, 0x50273030], []),
      size,
      Buffer.alloc(limits.message + 1),
    ]);
    expect(failure(() => decodeImage('f', bytes))).toMatchObject({
      offset: 8,
      problem: `a message of ${limits.message + 1} bytes where ${limits.message + 1} remain`,
    });
  });

  it('of one type are those of its image', () => {
    for (const type of imageTypes) {
      if (type.payload !== 'none') continue;
      const bytes = encodeImage({ type, entries: [] });
      expect(decodeImage('f', bytes)).toEqual({ type, entries: [] });
    }
  });
});
