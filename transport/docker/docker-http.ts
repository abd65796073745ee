import { Agent, request } from 'node:http';
import type { Duplex } from 'node:stream';

/** A container that is about to start is locked: Docker answers what concerns it only when it has started. */
const PATIENCE = 120_000;

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** One request, one answer. Rejects when there is none. */
export type Exchange = (method: string, path: string, body?: object) => Promise<Answer>;

/** One connection for each request, from the host itself: nothing of Docker has to listen on a network. */
class SocketAgent extends Agent {
  readonly #dial: () => Promise<Duplex>;
  constructor(dial: () => Promise<Duplex>) {
    super({ keepAlive: false });
    this.#dial = dial;
  }
  override createConnection(
    _options: object,
    callback?: (error: Error | null, stream: Duplex) => void,
  ): undefined {
    this.#dial().then(
      (stream) => callback?.(null, stream),
      // Node's types know of no failure without a stream.
      (error: Error) => Reflect.apply(callback ?? (() => {}), undefined, [error]),
    );
    return undefined;
  }
}

/** HTTP over a unix socket that somebody else reaches for us. */
export const exchangeOver = (dial: () => Promise<Duplex>): Exchange => {
  const agent = new SocketAgent(dial);
  return (method, path, body) =>
    new Promise((resolve, reject) => {
      const text = body === undefined ? '' : JSON.stringify(body);
      const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) };
      const signal = AbortSignal.timeout(PATIENCE);
      const fail = (cause: Error): void => {
        reject(signal.aborted ? new Error(`no answer within ${PATIENCE / 1000} s`, { cause }) : cause);
      };
      const asked = request({ agent, host: 'docker', method, path, headers, signal }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', fail);
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }),
        );
      });
      asked.on('error', fail);
      asked.end(text);
    });
};
