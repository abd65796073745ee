import { connect } from 'node:net';
import { createInterface } from 'node:readline';

/** A conversation in lines, answered in order. */
export interface LineConnection {
  /** The first line of the answer. Rejects when the connection is lost before it has come. */
  ask(text: string): Promise<string>;
  /** A further line, where an answer has more than one; not while another is waited for. */
  more(): Promise<string>;
  close(): void;
}

interface Waiting {
  resolve(line: string): void;
  reject(cause: Error): void;
}

export const openLines = (port: number): LineConnection => {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  const waiting: Waiting[] = [];
  const come: string[] = [];
  const lose = (): void => {
    for (const each of waiting.splice(0)) each.reject(new Error('connection lost'));
  };
  const lines = createInterface({ input: socket });
  lines.on('line', (line) => {
    const first = waiting.shift();
    if (first === undefined) come.push(line);
    else first.resolve(line);
  });
  // It passes the socket's errors on.
  lines.on('error', () => {});
  socket.on('close', lose);
  socket.on('error', lose);
  const more = async (): Promise<string> => {
    const line = come.shift();
    if (line !== undefined) return line;
    if (socket.destroyed) throw new Error('connection lost');
    return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
  };
  return {
    ask: async (text) => {
      if (socket.destroyed) throw new Error('connection lost');
      socket.write(text);
      return more();
    },
    more,
    close: () => socket.destroy(),
  };
};
