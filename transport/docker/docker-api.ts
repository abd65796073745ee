import { z } from 'zod';
import { CommandFailed, HostUnreachable, InvalidInput, messageOf } from '../../engine/model/errors.ts';
import type { Host } from '../../engine/ports/host.ts';
import { jsonOf } from '../door/json.ts';
import { exchangeOver } from './docker-http.ts';

/**
 * Docker's API on one host. Every answer is checked. When Docker refuses a request, the method rejects with a
 * `CommandFailed` that has Docker's message, and the HTTP status as its exit code.
 */
export interface DockerApi {
  get<T>(path: string, schema: z.ZodType<T>): Promise<T>;
  /** Returns undefined when Docker answers 404. */
  find<T>(path: string, schema: z.ZodType<T>): Promise<T | undefined>;
  /** Ignores the body of the answer. */
  send(method: 'POST' | 'DELETE', path: string, body?: object): Promise<void>;
  create<T>(path: string, body: object, schema: z.ZodType<T>): Promise<T>;
}

/** Where dockerd listens by default. */
const SOCKET = '/var/run/docker.sock';

/** The newest version of the API that precopy knows. */
const NEWEST_KNOWN = '1.47';

const ErrorBody: z.ZodType<{ message: string }> = z.object({ message: z.string() });
const version = z.string().regex(/^\d+\.\d+$/);
const Version: z.ZodType<{ ApiVersion: string; MinAPIVersion?: string | undefined }> = z.object({
  ApiVersion: version,
  MinAPIVersion: version.optional(),
});

export const dockerApi = (host: Host): DockerApi => {
  const exchange = exchangeOver(() => host.dial(SOCKET));
  const requestAt = async (method: string, path: string, body?: object): Promise<unknown> => {
    const endpoint = `${method} ${path.replace(/\?.*$/s, '')}`;
    const answer = await exchange(method, path, body).catch((cause: unknown) => {
      throw cause instanceof CommandFailed || cause instanceof HostUnreachable
        ? cause
        : requestFailed(host, endpoint, undefined, messageOf(cause));
    });
    const value = jsonOf(answer.body);
    // 304: nothing to change.
    if (answer.status < 300 || answer.status === 304) return value;
    throw requestFailed(
      host,
      endpoint,
      answer.status,
      ErrorBody.safeParse(value).data?.message ?? answer.body,
    );
  };
  const parsed = <T>(path: string, schema: z.ZodType<T>, value: unknown): T => {
    const result = schema.safeParse(value);
    if (result.success) return result.data;
    throw new InvalidInput(
      `Docker on ${host.name} gave an unexpected answer to ${path}: ${z.prettifyError(result.error)}`,
    );
  };
  let prefix: Promise<string> | undefined;
  const request = async (method: string, path: string, body?: object): Promise<unknown> => {
    prefix ??= requestAt('GET', '/version').then((value) => prefixOf(parsed('/version', Version, value)));
    const attempt = prefix;
    const chosen = await attempt.catch((cause: unknown) => {
      if (prefix === attempt) prefix = undefined;
      throw cause;
    });
    return requestAt(method, chosen + path, body);
  };

  return {
    get: async (path, schema) => parsed(path, schema, await request('GET', path)),
    find: async (path, schema) => {
      try {
        return parsed(path, schema, await request('GET', path));
      } catch (cause) {
        if (cause instanceof CommandFailed && cause.exitCode === 404) return undefined;
        throw cause;
      }
    },
    send: async (method, path, body) => {
      await request(method, path, body);
    },
    create: async (path, body, schema) => parsed(path, schema, await request('POST', path, body)),
  };
};

/** Returns the newest version that precopy and Docker both know, or else the oldest that Docker supports. */
const prefixOf = (docker: { ApiVersion: string; MinAPIVersion?: string | undefined }): string => {
  const chosen = isOlder(docker.ApiVersion, NEWEST_KNOWN) ? docker.ApiVersion : NEWEST_KNOWN;
  const oldest = docker.MinAPIVersion ?? chosen;
  return `/v${isOlder(chosen, oldest) ? oldest : chosen}`;
};

const isOlder = (one: string, other: string): boolean => {
  const [major = 0, minor = 0] = one.split('.').map(Number);
  const [otherMajor = 0, otherMinor = 0] = other.split('.').map(Number);
  return major === otherMajor ? minor < otherMinor : major < otherMajor;
};

const requestFailed = (
  host: Host,
  endpoint: string,
  exitCode: number | undefined,
  stderr: string,
): CommandFailed => {
  const reason = exitCode === undefined ? `did not answer ${endpoint}` : `refused ${endpoint} (${exitCode})`;
  return new CommandFailed({ host: host.name, argv: ['docker', endpoint], exitCode, stderr, reason });
};
