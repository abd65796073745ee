import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import type { Host } from '../../engine/ports/host.ts';
import { localHost } from '../../transport/host/local-host.ts';

interface Reply {
  readonly status?: number;
  /** Sent as JSON; a string as it is. */
  readonly body?: unknown;
  /** The connection is cut in the middle of it. */
  readonly cut?: boolean;
}

export interface DockerCall {
  readonly method: string;
  /** Without the version. */
  readonly path: string;
  readonly version: string | undefined;
  readonly body: unknown;
}

/** What the daemon has, by `METHOD path`: the answer, several for one after the other, or what to make of the call. */
export type Answers = Readonly<Record<string, Reply | readonly Reply[] | ((call: DockerCall) => Reply)>>;

export interface FakeDocker {
  /** This machine, but for Docker's socket. */
  readonly host: Host;
  readonly calls: DockerCall[];
  /** `METHOD path` of the calls that may change something. */
  changes(): readonly string[];
  close(): Promise<void>;
}

const textOf = async (request: IncomingMessage): Promise<string> => {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
};

const send = (response: ServerResponse, { status = 200, body, cut = false }: Reply): void => {
  const text = typeof body === 'string' ? body : JSON.stringify(body ?? null);
  const bare = status === 204 || status === 304;
  if (cut) {
    response.writeHead(status, { 'Content-Length': text.length + 1 });
    response.write(text, () => response.destroy());
    return;
  }
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(bare ? undefined : text);
};

/** A daemon that answers as the test says, and `404` to all else. */
export const fakeDocker = async (answers: Answers): Promise<FakeDocker> => {
  const directory = mkdtempSync(`${tmpdir()}/fake-docker-`);
  const calls: DockerCall[] = [];
  const asked = new Map<string, number>();
  const all: Answers = {
    'GET /version': { body: { ApiVersion: '1.45', MinAPIVersion: '1.24' } },
    ...answers,
  };
  const replyTo = (call: DockerCall): Reply => {
    const key = `${call.method} ${call.path}`;
    const answer = all[key] ?? { status: 404, body: { message: `nothing at ${key}` } };
    if (typeof answer === 'function') return answer(call);
    if (!('length' in answer)) return answer;
    const times = asked.get(key) ?? 0;
    asked.set(key, times + 1);
    return answer[Math.min(times, answer.length - 1)] ?? {};
  };
  const server = createServer(async (request, response) => {
    const [, version, path = ''] = /^(?:\/v([\d.]+))?(\/.*)$/.exec(request.url ?? '') ?? [];
    const text = await textOf(request);
    const body: unknown = text === '' ? undefined : JSON.parse(text);
    const call = { method: request.method ?? '', path: decodeURIComponent(path), version, body };
    calls.push(call);
    send(response, replyTo(call));
  });
  const socket = `${directory}/docker.sock`;
  await new Promise<void>((resolve) => {
    server.listen(socket, resolve);
  });
  const local = localHost('b');
  return {
    host: { ...local, dial: () => local.dial(socket) },
    calls,
    changes: () =>
      calls.filter(({ method }) => method !== 'GET').map(({ method, path }) => `${method} ${path}`),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(directory, { recursive: true, force: true });
    },
  };
};
