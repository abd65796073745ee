import type { Entry, Range } from '../format/cursor.ts';
import { mapPayload, type Payload } from '../format/payload.ts';
import { type ByteSource, streamImage } from '../format/stream.ts';
import { DecodeError } from '../protobuf/errors.ts';
import { limits } from '../protobuf/limits.ts';
import { newBudget } from '../protobuf/message.ts';
import { base64Lines, entryJson, entryMembers } from './crit-json.ts';

/** Whole lines of base64, which may be put one after the other. */
const PIECE = 57 * 4096;

const readAll = async (source: ByteSource, { offset, length }: Range): Promise<Uint8Array> => {
  const bytes = await source.read(offset, length);
  if (bytes.length !== length)
    throw new DecodeError(source.name, offset, `${length} bytes could not be read`);
  return bytes;
};

async function* bytesJson(source: ByteSource, { offset, length }: Range): AsyncGenerator<string, void, void> {
  yield '"';
  for (let done = 0; done < length; done += PIECE) {
    const range = { offset: offset + done, length: Math.min(PIECE, length - done) };
    yield base64Lines(await readAll(source, range));
  }
  yield '"';
}

/** Semaphores and queued messages are held at once: the kernel bounds them. */
const withContent = async (source: ByteSource, payload: Payload<Range>): Promise<Payload<Uint8Array>> => {
  const contents = new Map<Range, Uint8Array>();
  const wanted: Range[] = [];
  mapPayload(payload, (range) => wanted.push(range));
  const total = wanted.reduce((sum, { length }) => sum + length, 0);
  if (total > limits.image) {
    throw new DecodeError(source.name, wanted[0]?.offset ?? 0, `${total} bytes where few are kept`);
  }
  for (const range of wanted) contents.set(range, await readAll(source, range));
  return mapPayload(payload, (range) => contents.get(range) ?? new Uint8Array());
};

async function* entryParts(source: ByteSource, entry: Entry<Range>): AsyncGenerator<string, void, void> {
  const { payload, ...head } = entry;
  if (payload === undefined) {
    yield entryJson(head);
  } else if (payload.kind === 'semaphores' || payload.kind === 'messages') {
    yield entryJson({ ...head, payload: await withContent(source, payload) });
  } else {
    yield `{${entryMembers(entry)}"extra": `;
    if (payload.kind === 'queues') {
      yield '{"inq": ';
      yield* bytesJson(source, payload.received);
      yield ', "outq": ';
      yield* bytesJson(source, payload.written);
      yield '}';
    } else {
      yield* bytesJson(source, payload.bytes);
    }
    yield '}';
  }
}

/** What `critJson` gives for an image, in parts, and in bounded memory however large the image is. */
export async function* streamJson(source: ByteSource): AsyncGenerator<string, void, void> {
  const budget = newBudget();
  let separator = '';
  for await (const value of streamImage(source, budget)) {
    if (value.step === 'type') {
      yield `{"magic": "${value.type.name}", "entries": [`;
      continue;
    }
    yield separator;
    yield* entryParts(source, value.entry);
    separator = ', ';
    budget.values = limits.values;
  }
  yield ']}';
}
