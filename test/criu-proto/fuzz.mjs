// Feeds the decoder damaged images: mutations of what criu has written and of every type it has not, byte by byte and
// message by message. Anything but a value or a DecodeError ends it with exit code 1, as do too much memory and time.
//   fuzz.mjs [INPUTS [SEED]]        prints one line of JSON
// PRECOPY_BUILT is the folder of the compiled library, dist/criu-proto if not given.
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gunzipSync } from 'node:zlib';

const LIMIT = { megabytes: 200, milliseconds: 1000 };

const inputs = Number(process.argv[2] ?? 1_000_000);
const seed = Number(process.argv[3] ?? Date.now() % 2 ** 31);
const built = pathToFileURL(`${resolve(process.env.PRECOPY_BUILT ?? 'dist/criu-proto')}/`);
const library = await import(new URL('index.js', built));
const { messageType } = await import(new URL('protobuf/schema.js', built));
const { DecodeError, critJson, decodeImage, decodePagemap, decodeStats, encodeImage, imageTypes } = library;

/** mulberry32: a run can be repeated by its seed. */
let state = seed;
const random = () => {
  state = (state + 0x6d2b79f5) | 0;
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
};
const below = (limit) => Math.floor(random() * limit);
const pick = (list) => list[below(list.length)];

const numbers = [
  0n,
  1n,
  2n,
  127n,
  128n,
  4095n,
  4096n,
  2n ** 31n - 1n,
  2n ** 31n,
  2n ** 32n - 1n,
  2n ** 63n,
  2n ** 64n - 1n,
];

const anyValue = (type, depth) => {
  switch (type.kind) {
    case 'message':
      return anyMessage(type.message, depth + 1);
    case 'enum':
      return pick([...type.names.values()]);
    case 'bool':
      return random() < 0.5;
    case 'string':
      return pick(['', 'a', '\u0000', '../../etc/passwd', '\udcff', '€'.repeat(below(50))]);
    case 'bytes':
      return Buffer.alloc(below(40), below(256));
    case 'int32':
    case 'sint32':
      return Number(BigInt.asIntN(32, pick(numbers)));
    case 'uint32':
      return Number(BigInt.asUintN(32, pick(numbers)));
    case 'int64':
    case 'sint64':
      return BigInt.asIntN(64, pick(numbers));
    default:
      return pick(numbers);
  }
};

const anyMessage = (type, depth = 0) => {
  const message = {};
  for (const { name, rule, type: of } of type.ordered) {
    if (rule === 'required') message[name] = anyValue(of, depth);
    else if (depth < 4 && random() < 0.5) {
      const value = () => anyValue(of, depth);
      message[name] = rule === 'optional' ? value() : Array.from({ length: below(3) }, value);
    }
  }
  return message;
};

/** Images of every type, by type: real ones, and such as a generator makes of the schema. */
const seedsByType = () => {
  const byType = new Map(imageTypes.map((type) => [type, []]));
  const folder = new URL('../fixtures/images/', import.meta.url);
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.json.gz'))) {
    const { rounds } = JSON.parse(gunzipSync(readFileSync(new URL(file, folder))).toString());
    for (const [name, { bytes }] of Object.values(rounds).flatMap((files) => Object.entries(files))) {
      const content = Buffer.from(bytes ?? '', 'base64');
      const first = content.length < 4 ? 0 : content.readUInt32LE(0);
      if (![0x54564319, 0x55105940, 0x58313116].includes(first)) continue;
      byType.get(decodeImage(name, content).type)?.push(content);
    }
  }
  for (const [type, list] of byType) {
    for (let made = 0; made < 8; made += 1) {
      const messages = [type.message, type.rest ?? type.message].map(messageType);
      const entries = messages.map((message) => ({ offset: 0, type: message, message: anyMessage(message) }));
      list.push(Buffer.from(encodeImage({ type, entries })));
    }
  }
  return [...byType.values()];
};

const seeds = seedsByType();

/** Numbers that lengths, counts and addresses break at. */
const words = [
  0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x10000, 0xffffff, 0x1000000, 0x7fffffff, 0x80000000, 0xffffffff,
];

const byteMutations = [
  (bytes) => {
    if (bytes.length > 0) bytes[below(bytes.length)] = below(256);
    return bytes;
  },
  (bytes) => {
    if (bytes.length > 0) bytes[below(bytes.length)] ^= 1 << below(8);
    return bytes;
  },
  (bytes) => {
    if (bytes.length >= 4) bytes.writeUInt32LE(pick(words), below(bytes.length - 3));
    return bytes;
  },
  (bytes) => bytes.subarray(0, below(bytes.length + 1)),
  (bytes) => {
    const from = below(bytes.length);
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + 1 + below(16))]);
  },
  (bytes) => {
    const at = below(bytes.length);
    return Buffer.concat([
      bytes.subarray(0, at),
      Buffer.alloc(1 + below(16), below(256)),
      bytes.subarray(at),
    ]);
  },
  (bytes) => {
    const from = below(bytes.length);
    const part = bytes.subarray(from, from + below(200));
    return Buffer.concat([bytes.subarray(0, from), part, part, bytes.subarray(from)]);
  },
  (bytes) => {
    const other = pick(pick(seeds));
    return Buffer.concat([bytes.subarray(0, below(bytes.length + 1)), other.subarray(below(other.length))]);
  },
];

const attempt = (action) => {
  try {
    action();
    return true;
  } catch (error) {
    if (error instanceof DecodeError) return false;
    throw error;
  }
};

const isMessage = (value) =>
  typeof value === 'object' && !Array.isArray(value) && !(value instanceof Uint8Array);

/** Another value for one field, somewhere in a message. */
const changeField = (type, message) => {
  const field = pick(type.ordered);
  if (field === undefined) return message;
  const { name, rule, type: of } = field;
  const value = message[name];
  if (of.kind === 'message' && isMessage(value ?? 0) && random() < 0.8) {
    return { ...message, [name]: changeField(of.message, value) };
  }
  if (of.kind === 'message' && Array.isArray(value) && value.length > 0 && random() < 0.8) {
    const at = below(value.length);
    const list = value.map((one, index) => (index === at ? changeField(of.message, one) : one));
    return { ...message, [name]: list };
  }
  if (rule === 'optional' && random() < 0.2) return { ...message, [name]: undefined };
  return { ...message, [name]: rule === 'repeated' ? [anyValue(of, 3), anyValue(of, 3)] : anyValue(of, 3) };
};

/** An image that is well formed, and says something else. */
const changeMessage = (bytes) => {
  let image;
  // What the generator made is not always well formed.
  const read = () => {
    image = decodeImage('seed', bytes);
  };
  if (!attempt(read)) return bytes;
  const { type, entries } = image;
  if (entries.length === 0) return bytes;
  const at = below(entries.length);
  const changed = entries.map((entry, index) =>
    index === at ? { ...entry, message: changeField(entry.type, entry.message) } : entry,
  );
  return Buffer.from(encodeImage({ type, entries: changed }));
};

const mutate = () => {
  let bytes = Buffer.from(pick(pick(seeds)));
  if (random() < 0.25) return changeMessage(bytes);
  for (let count = 1 + below(4); count > 0 && bytes.length > 0; count -= 1)
    bytes = Buffer.from(pick(byteMutations)(bytes));
  return bytes;
};

let decoded = 0;
let refused = 0;

/** What is read can be printed and written, and reads the same again. */
const useImage = (bytes) => {
  const image = decodeImage('input', bytes);
  const json = critJson(image);
  if (critJson(decodeImage('again', encodeImage(image))) !== json)
    throw new Error('reads otherwise when written again');
  if (image.type.name === 'PAGEMAP') attempt(() => decodePagemap('input', bytes));
  if (image.type.name === 'STATS') attempt(() => decodeStats('input', bytes));
};

let slowest = 0;
let slowestInput = '';
for (let count = 0; count < inputs; count += 1) {
  const bytes = mutate();
  const began = process.cpuUsage();
  try {
    if (attempt(() => useImage(bytes))) decoded += 1;
    else refused += 1;
  } catch (error) {
    process.stderr.write(`seed ${seed}, input ${count}: ${error.stack}\n${bytes.toString('base64')}\n`);
    process.exit(1);
  }
  // The processor's time: what else the machine does meanwhile is no fault of the input.
  const { user, system } = process.cpuUsage(began);
  const took = (user + system) / 1000;
  if (took > slowest) {
    slowest = took;
    slowestInput = bytes.subarray(0, 8).toString('hex');
  }
}
// The kernel's own maximum, which misses nothing between two looks. Not getrusage's: that one begins at what the parent had
// in memory when it started this process.
const peak = Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]);
if (!(peak > 0)) throw new Error('/proc/self/status does not say how much memory was used');
const megabytes = peak / 1024;
const result = {
  inputs,
  seed,
  decoded,
  refused,
  slowestMilliseconds: Math.round(slowest * 10) / 10,
  slowestInput,
  peakMegabytes: Math.round(megabytes),
  seconds: Math.round(performance.now() / 100) / 10,
};
process.stdout.write(`${JSON.stringify(result)}\n`);
if (slowest > LIMIT.milliseconds || megabytes > LIMIT.megabytes) process.exit(1);
