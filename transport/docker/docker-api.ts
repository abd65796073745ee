import { Agent, request } from 'node:http';
import type { Duplex } from 'node:stream';
import { z } from 'zod';
import { CommandFailed, HostUnreachable, InvalidInput } from '../../engine/model/errors.ts';
import type { Host } from '../../engine/ports.ts';

/** Docker's API on one host. Answers are checked; what Docker refuses is a `CommandFailed` with its own words. */
export interface DockerApi {
  get<T>(path: string, schema: z.ZodType<T>): Promise<T>;
  /** `undefined` where there is no such thing. */
  find<T>(path: string, schema: z.ZodType<T>): Promise<T | undefined>;
  /** What it answers is of no interest. */
  send(method: 'POST' | 'DELETE', path: string, body?: object): Promise<void>;
  create<T>(path: string, body: object, schema: z.ZodType<T>): Promise<T>;
}

/** Where dockerd listens unless told otherwise. */
const SOCKET = '/var/run/docker.sock';

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

const Words: z.ZodType<{ message: string }> = z.object({ message: z.string() });

interface Answer {
  readonly status: number;
  readonly body: string;
}

export const dockerApi = (host: Host): DockerApi => {
  const agent = new SocketAgent(() => host.dial(SOCKET));
  const ask = async (method: string, path: string, body?: object): Promise<unknown> => {
    const what = `${method} ${path.replace(/\?.*$/s, '')}`;
    const answer = await exchange(agent, method, path, body).catch((cause: unknown) => {
      throw cause instanceof CommandFailed || cause instanceof HostUnreachable
        ? cause
        : failure(host, what, undefined, cause instanceof Error ? cause.message : String(cause));
    });
    const value = json(answer.body);
    // 304: it is so already.
    if (answer.status < 300 || answer.status === 304) return value;
    throw failure(host, what, answer.status, Words.safeParse(value).data?.message ?? answer.body);
  };
  const parsed = <T>(path: string, schema: z.ZodType<T>, value: unknown): T => {
    const result = schema.safeParse(value);
    if (result.success) return result.data;
    throw new InvalidInput(
      `Docker on ${host.name} answers ${path} in an unexpected way: ${z.prettifyError(result.error)}`,
    );
  };

  return {
    get: async (path, schema) => parsed(path, schema, await ask('GET', path)),
    find: async (path, schema) => {
      try {
        return parsed(path, schema, await ask('GET', path));
      } catch (cause) {
        if (cause instanceof CommandFailed && cause.exitCode === 404) return undefined;
        throw cause;
      }
    },
    send: async (method, path, body) => {
      await ask(method, path, body);
    },
    create: async (path, body, schema) => parsed(path, schema, await ask('POST', path, body)),
  };
};

const exchange = (agent: Agent, method: string, path: string, body?: object): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const text = body === undefined ? '' : JSON.stringify(body);
    const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) };
    const asked = request({ agent, host: 'docker', method, path, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }),
      );
    });
    asked.on('error', reject);
    asked.end(text);
  });

/** Not everything Docker answers is JSON, an empty answer for one. */
const json = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** The status stands for the exit code. */
const failure = (host: Host, what: string, exitCode: number | undefined, stderr: string): CommandFailed =>
  new CommandFailed({ host: host.name, argv: ['docker', what], exitCode, stderr, reason: `refused ${what}` });
