import { Agent, request } from 'node:http';
import type { Duplex } from 'node:stream';

/** Milliseconds. Docker locks a starting container, and answers requests for it only after the start. */
const ANSWER_TIMEOUT = 120_000;

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Sends one request. Rejects when no answer arrives. */
export type Exchange = (method: string, path: string, body?: object) => Promise<Answer>;

/** Opens a connection to the socket on the host for each request: Docker need not listen on a network. */
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
      // Node's types demand a stream even with an error.
      (error: Error) => Reflect.apply(callback ?? (() => {}), undefined, [error]),
    );
    return undefined;
  }
}

/** Returns an exchange of HTTP over the connections that `dial` opens. */
export const exchangeOver = (dial: () => Promise<Duplex>): Exchange => {
  const agent = new SocketAgent(dial);
  return (method, path, body) =>
    new Promise((resolve, reject) => {
      const text = body === undefined ? '' : JSON.stringify(body);
      const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) };
      const signal = AbortSignal.timeout(ANSWER_TIMEOUT);
      const fail = (cause: Error): void => {
        reject(signal.aborted ? new Error(`no answer within ${ANSWER_TIMEOUT / 1000} s`, { cause }) : cause);
      };
      const sending = request({ agent, host: 'docker', method, path, headers, signal }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', fail);
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }),
        );
      });
      sending.on('error', fail);
      sending.end(text);
    });
};
