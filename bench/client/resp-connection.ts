import { connect, type Socket } from 'node:net';

/** A conversation with a redis in its own protocol, many commands under way at once, answered in order. */
export interface RespConnection {
  /** Rejects when the connection is lost before the answer has come. */
  command(...words: readonly string[]): Promise<RespValue>;
  close(): void;
}

export type RespValue = string | number | null | readonly RespValue[];

interface Waiting {
  resolve(value: RespValue): void;
  reject(cause: Error): void;
}

export const openResp = async (port: number, timeoutMillis: number): Promise<RespConnection> => {
  const socket = await connected(port, timeoutMillis);
  const waiting: Waiting[] = [];
  let buffered = '';
  socket.setEncoding('latin1');
  socket.on('data', (chunk: string) => {
    buffered += chunk;
    for (let parsed = parseReply(buffered, 0); parsed !== undefined; parsed = parseReply(buffered, 0)) {
      buffered = buffered.slice(parsed.end);
      const next = waiting.shift();
      if (parsed.error === undefined) next?.resolve(parsed.value);
      else next?.reject(new Error(parsed.error));
    }
  });
  const lose = (): void => {
    for (const each of waiting.splice(0)) each.reject(new Error('connection lost'));
  };
  socket.on('close', lose);
  socket.on('error', lose);
  return {
    command: (...words) =>
      new Promise((resolve, reject) => {
        if (socket.destroyed) return reject(new Error('connection lost'));
        waiting.push({ resolve, reject });
        socket.write(encodeCommand(words), 'latin1');
      }),
    close: () => socket.destroy(),
  };
};

const connected = (port: number, timeoutMillis: number): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
    const timer = setTimeout(() => socket.destroy(new Error('no connection in time')), timeoutMillis);
    socket.once('connect', () => {
      clearTimeout(timer);
      resolve(socket);
    });
    socket.once('error', (cause) => {
      clearTimeout(timer);
      reject(cause);
    });
  });

export const encodeCommand = (words: readonly string[]): string =>
  `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join('')}`;

interface Parsed {
  readonly value: RespValue;
  readonly error?: string;
  readonly end: number;
}

/** One reply from `text` at `start`, or `undefined` while it is not complete. */
export const parseReply = (text: string, start: number): Parsed | undefined => {
  const lineEnd = text.indexOf('\r\n', start);
  if (lineEnd < 0) return undefined;
  const rest = text.slice(start + 1, lineEnd);
  const end = lineEnd + 2;
  switch (text[start]) {
    case '+':
      return { value: rest, end };
    case '-':
      return { value: null, error: rest, end };
    case ':':
      return { value: Number(rest), end };
    case '$':
      return parseBulk(text, end, Number(rest));
    case '*':
      return parseArray(text, end, Number(rest));
    default:
      return { value: null, error: `not a redis reply: ${rest}`, end };
  }
};

const parseBulk = (text: string, start: number, length: number): Parsed | undefined => {
  if (length < 0) return { value: null, end: start };
  const end = start + length + 2;
  return text.length < end ? undefined : { value: text.slice(start, start + length), end };
};

const parseArray = (text: string, start: number, length: number): Parsed | undefined => {
  const values: RespValue[] = [];
  let at = start;
  for (let index = 0; index < length; index += 1) {
    const parsed = parseReply(text, at);
    if (parsed === undefined) return undefined;
    values.push(parsed.value);
    at = parsed.end;
  }
  return { value: values, end: at };
};
