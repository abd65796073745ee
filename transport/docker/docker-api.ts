import { z } from 'zod';
import { CommandFailed, HostUnreachable, InvalidInput, messageOf } from '../../engine/model/errors.ts';
import type { Host } from '../../engine/ports/host.ts';
import { jsonOf } from '../door/json.ts';
import { exchangeOver } from './docker-http.ts';

/**
 * Docker's API on one host. Answers are checked; what Docker refuses is a `CommandFailed` with its own words, and the status
 * for an exit code.
 */
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

/** The newest version of the API that we know; of later ones nobody knows what they answer. */
const NEWEST = '1.47';

const Words: z.ZodType<{ message: string }> = z.object({ message: z.string() });
const version = z.string().regex(/^\d+\.\d+$/);
const Version: z.ZodType<{ ApiVersion: string; MinAPIVersion?: string | undefined }> = z.object({
  ApiVersion: version,
  MinAPIVersion: version.optional(),
});

export const dockerApi = (host: Host): DockerApi => {
  const exchange = exchangeOver(() => host.dial(SOCKET));
  const askPlain = async (method: string, path: string, body?: object): Promise<unknown> => {
    const what = `${method} ${path.replace(/\?.*$/s, '')}`;
    const answer = await exchange(method, path, body).catch((cause: unknown) => {
      throw cause instanceof CommandFailed || cause instanceof HostUnreachable
        ? cause
        : failure(host, what, undefined, messageOf(cause));
    });
    const value = jsonOf(answer.body);
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
  let prefix: Promise<string> | undefined;
  const ask = async (method: string, path: string, body?: object): Promise<unknown> => {
    prefix ??= askPlain('GET', '/version').then((value) => prefixOf(parsed('/version', Version, value)));
    const attempt = prefix;
    const chosen = await attempt.catch((cause: unknown) => {
      if (prefix === attempt) prefix = undefined;
      throw cause;
    });
    return askPlain(method, chosen + path, body);
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

/** The newest version that both sides know, or the oldest that Docker still speaks. */
const prefixOf = (docker: { ApiVersion: string; MinAPIVersion?: string | undefined }): string => {
  const chosen = isOlder(docker.ApiVersion, NEWEST) ? docker.ApiVersion : NEWEST;
  const oldest = docker.MinAPIVersion ?? chosen;
  return `/v${isOlder(chosen, oldest) ? oldest : chosen}`;
};

const isOlder = (one: string, other: string): boolean => {
  const [major = 0, minor = 0] = one.split('.').map(Number);
  const [otherMajor = 0, otherMinor = 0] = other.split('.').map(Number);
  return major === otherMajor ? minor < otherMinor : major < otherMajor;
};

const failure = (host: Host, what: string, exitCode: number | undefined, stderr: string): CommandFailed => {
  const reason = exitCode === undefined ? `did not answer ${what}` : `refused ${what} (${exitCode})`;
  return new CommandFailed({ host: host.name, argv: ['docker', what], exitCode, stderr, reason });
};
