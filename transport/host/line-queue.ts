import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/** Characters. A longer line is split into pieces of this length. */
const MAX_LINE_LENGTH = 1024 * 1024;
/** Characters. With more unread output, the command has to wait for its reader. */
const HIGH_WATER = 4 * 1024 * 1024;

/**
 * Returns the lines of a stream. Reading may start late or never: until then only the newest `HIGH_WATER`
 * characters are kept, and the command never waits. After reading has started nothing is dropped, and a
 * command that is faster than its reader waits. When reading stops, the rest is dropped.
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
    while (reader === 'none' && unread > HIGH_WATER) removeFirst();
  };
  const removeFirst = (): string | undefined => {
    const line = lines[head];
    if (line === undefined) return undefined;
    head += 1;
    unread -= line.length + 1;
    // To shift a long array for each line would copy the array each time.
    if (head > 1000 && head * 2 > lines.length) {
      lines = lines.slice(head);
      head = 0;
    }
    return line;
  };
  const append = (text: string): void => {
    const pieces = text.split('\n');
    partial += pieces[0];
    for (const piece of pieces.slice(1)) {
      push(partial);
      partial = piece;
    }
    while (partial.length > MAX_LINE_LENGTH) {
      push(partial.slice(0, MAX_LINE_LENGTH));
      partial = partial.slice(MAX_LINE_LENGTH);
    }
    if (reader === 'reading' && unread > HIGH_WATER) stream.pause();
    wake();
  };
  const end = (): void => {
    if (ended) return;
    append(decoder.end());
    if (partial !== '') push(partial);
    ended = true;
    wake();
  };
  stream.on('data', (chunk: Buffer) => append(decoder.write(chunk)));
  stream.on('end', end).on('close', end).on('error', end);

  async function* read(): AsyncGenerator<string> {
    reader = 'reading';
    try {
      while (true) {
        const line = removeFirst();
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
  const generator = read();
  return { [Symbol.asyncIterator]: () => generator };
};
