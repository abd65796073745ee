import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { CommandFailed } from '../../../engine/model/errors.ts';
import type { Host } from '../../../engine/ports/host.ts';
import type { PageServer } from '../../../engine/ports/pages.ts';
import { localHost } from '../../../transport/host/local-host.ts';
import { openPageServer } from '../../../transport/pages/page-server.ts';
import { atEnd, fixture, temporaryDirectory } from '../scripts/start-script.ts';

/** This machine, with a stand-in for criu that behaves as its address says. */
const hostWithCriu = (): Host => {
  const local = localHost('b');
  atEnd(() => local.close());
  const path = `PATH=${fixture('bin')}:${process.env['PATH']}`;
  return { ...local, start: (command) => local.start({ ...command, argv: ['env', path, ...command.argv] }) };
};

const open = (directory: string, address: string, ports: readonly number[]): Promise<PageServer> =>
  openPageServer(hostWithCriu(), { directory, parent: '', address, ports, options: [] });

const failureOf = async (promise: Promise<unknown>): Promise<CommandFailed> => {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof CommandFailed) return error;
  throw new Error('expected CommandFailed', { cause: error });
};

describe.concurrent('a page-server', () => {
  it('is open when it listens, reports its progress, and is finished when all pages have arrived', async () => {
    const directory = `${await temporaryDirectory()}/0`;
    const server = await open(directory, 'serve', [27_700]);
    const received: number[] = [];
    server.onProgress((bytes) => received.push(bytes));
    await server.finished;
    expect(server.endpoint).toEqual({ address: 'serve', port: 27_700 });
    expect(received.at(-1)).toBe(8192);
  });

  it('uses the next port when one is in use, and leaves nothing of the first try', async () => {
    const directory = `${await temporaryDirectory()}/0`;
    const server = await open(directory, 'taken', [27_700, 27_701]);
    expect(server.endpoint.port).toBe(27_701);
    await server.finished;
    expect(await readdir(directory)).not.toContain('page-server.log');
  });

  it('fails when every port is in use', async () => {
    const failure = await failureOf(open(`${await temporaryDirectory()}/0`, 'taken', [27_700]));
    expect(failure.message).toContain('found no free port to listen on at taken');
  });

  it('fails at once, with the reason, when it cannot start for another reason', async () => {
    const nowhere = `${await temporaryDirectory()}/no/such/0`;
    const failure = await failureOf(open(nowhere, 'serve', [27_700, 27_701]));
    expect(failure.message).toContain('No such file or directory');
  });

  it('that fails is not finished', async () => {
    const server = await open(`${await temporaryDirectory()}/0`, 'broken', [27_700]);
    const failure = await failureOf(server.finished);
    expect(failure.exitCode).toBe(3);
    await server.stop();
  });

  it('that is stopped is not finished, and has ended', async () => {
    const server = await open(`${await temporaryDirectory()}/0`, 'stay', [27_700]);
    await server.stop();
    await server.stop();
    const failure = await failureOf(server.finished);
    expect(failure.message).toContain('ended before all pages had come');
  });
});
