import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/** A longer line comes in pieces of this many characters. */
const LONGEST_LINE = 1024 * 1024;
/** Unread characters from which on the command has to wait for its reader. */
const HIGH_WATER = 4 * 1024 * 1024;

/**
 * The lines of a stream, from its beginning, whenever reading starts. Nobody is obliged to read: until reading starts
 * only the newest `HIGH_WATER` characters are kept, and the command never waits. Once reading has started nothing is
 * dropped, and a command faster than its reader waits. When reading stops, the rest is dropped.
 */
export const lineQueue = (stream: Readable): AsyncIterable<string> => {
  const decoder = new StringDecoder('utf8');
  let lines: string[] = [];
  let head = 0;
  let unread = 0;
  let partial = '';
  let reader: 'none' | 'reading' | 'gone' = 'none';
  let ended = false;
  let wake = (): void => {};

  const push = (line: string): void => {
    if (reader === 'gone') return;
    lines.push(line);
    unread += line.length + 1;
    while (reader === 'none' && unread > HIGH_WATER) take();
  };
  const take = (): string | undefined => {
    const line = lines[head];
    if (line === undefined) return undefined;
    head += 1;
    unread -= line.length + 1;
    // Taking off the front of a long array one by one would copy it each time.
    if (head > 1000 && head * 2 > lines.length) {
      lines = lines.slice(head);
      head = 0;
    }
    return line;
  };
  const add = (text: string): void => {
    const pieces = text.split('\n');
    partial += pieces[0];
    for (const piece of pieces.slice(1)) {
      push(partial);
      partial = piece;
    }
    while (partial.length > LONGEST_LINE) {
      push(partial.slice(0, LONGEST_LINE));
      partial = partial.slice(LONGEST_LINE);
    }
    if (reader === 'reading' && unread > HIGH_WATER) stream.pause();
    wake();
  };
  const end = (): void => {
    if (ended) return;
    add(decoder.end());
    if (partial !== '') push(partial);
    ended = true;
    wake();
  };
  stream.on('data', (chunk: Buffer) => add(decoder.write(chunk)));
  stream.on('end', end).on('close', end).on('error', end);

  async function* read(): AsyncGenerator<string> {
    reader = 'reading';
    try {
      while (true) {
        const line = take();
        if (line !== undefined) yield line;
        else if (ended) return;
        else {
          const more = new Promise<void>((resolve) => {
            wake = resolve;
          });
          stream.resume();
          await more;
        }
      }
    } finally {
      reader = 'gone';
      lines = [];
      head = 0;
      stream.resume();
    }
  }
  const once = read();
  return { [Symbol.asyncIterator]: () => once };
};
