import { connect } from 'node:net';
import { createInterface } from 'node:readline';

/** A conversation in lines: each thing said is answered by one, in order. */
export interface LineConnection {
  /** Rejects when the connection is lost before the answer has come. */
  ask(text: string): Promise<string>;
  close(): void;
}

interface Waiting {
  resolve(line: string): void;
  reject(cause: Error): void;
}

export const openLines = (port: number): LineConnection => {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  const waiting: Waiting[] = [];
  const lose = (): void => {
    for (const each of waiting.splice(0)) each.reject(new Error('connection lost'));
  };
  const lines = createInterface({ input: socket });
  lines.on('line', (line) => waiting.shift()?.resolve(line));
  // It passes the socket's errors on.
  lines.on('error', () => {});
  socket.on('close', lose);
  socket.on('error', lose);
  return {
    ask: (text) =>
      new Promise((resolve, reject) => {
        if (socket.destroyed) return reject(new Error('connection lost'));
        waiting.push({ resolve, reject });
        socket.write(text);
      }),
    close: () => socket.destroy(),
  };
};
