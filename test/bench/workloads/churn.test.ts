import { execFile, spawn } from 'node:child_process';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { echoProtocol } from '../../../bench/probe/echo-protocol.ts';

const run = promisify(execFile);
const source = fileURLToPath(new URL('../../../bench/workloads/churn.c', import.meta.url));
const MIB = 1024 ** 2;
const PAGE = 4096;

let directory = '';
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'churn-'));
  await run('gcc', ['-O2', '-pthread', '-o', join(directory, 'churn'), source]);
});
afterAll(() => rm(directory, { recursive: true }));

const freePort = async (): Promise<number> => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
};

/** Resolves once it answers. */
const startChurn = async (...args: readonly string[]): Promise<{ pid: number; port: number }> => {
  const port = await freePort();
  const process = spawn(join(directory, 'churn'), [...args, String(port)], { stdio: 'inherit' });
  onTestFinished(() => {
    process.kill('SIGKILL');
  });
  for (let tries = 0; tries < 200; tries += 1) {
    try {
      (await echoProtocol.open(port)).close();
      return { pid: process.pid ?? 0, port };
    } catch {
      await sleep(25);
    }
  }
  throw new Error('churn does not answer');
};

/** Where its pages lie, by the size of the mapping. */
const placeOf = async (pid: number, size: number): Promise<number> => {
  for (const line of (await readFile(`/proc/${pid}/maps`, 'utf8')).split('\n')) {
    const [, from = '', to = ''] = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line) ?? [];
    // The kernel may have put the account of them right beside.
    const length = Number.parseInt(to, 16) - Number.parseInt(from, 16);
    if (length === size || length === size + size / 1024) return Number.parseInt(to, 16) - size;
  }
  throw new Error('no such mapping');
};

const patterns = ['sequential', 'uniform', 'hot-cold', 'bursty', 'append'] as const;

describe('churn', () => {
  it.each(patterns.flatMap((pattern) => [[pattern, 'private'] as const, [pattern, 'shared'] as const]))(
    'finds its own memory right while it writes: %s, %s',
    async (pattern, sharing) => {
      const { port } = await startChurn('8', '4', '20000', pattern, sharing, '3');
      await sleep(300);
      expect(await echoProtocol.verify(port, [])).toEqual([]);
    },
  );

  it('finds a page that has gone back to what it held before', async () => {
    const { pid, port } = await startChurn('9', '9', '0', 'uniform', 'shared', '1');
    const at = (await placeOf(pid, 9 * MIB)) + 7 * PAGE;
    const memory = await open(`/proc/${pid}/mem`, 'r+');
    onTestFinished(() => memory.close());
    await memory.write(Uint8Array.of(3), 0, 1, at);
    expect(await echoProtocol.verify(port, [])).toEqual([
      '1 pages are wrong, as page 7: written 0 times, and holds 3',
    ]);
  });

  it('finds a page whose content is gone', async () => {
    const { pid, port } = await startChurn('9', '9', '0', 'uniform', 'shared', '1');
    const at = (await placeOf(pid, 9 * MIB)) + 9 * PAGE;
    const memory = await open(`/proc/${pid}/mem`, 'r+');
    onTestFinished(() => memory.close());
    await memory.write(new Uint8Array(PAGE), 0, PAGE, at);
    expect((await echoProtocol.verify(port, []))[0]).toMatch(/^1 pages are wrong, as page 9/);
  });

  it('dirties as many pages as it is told, where the pattern says', async () => {
    const { pid } = await startChurn('16', '4', '2000', 'sequential', 'private', '1');
    const at = await placeOf(pid, 16 * MIB);
    const memory = await open(`/proc/${pid}/mem`, 'r');
    onTestFinished(() => memory.close());
    await sleep(1500);
    const { buffer } = await memory.read(new Uint8Array(16 * MIB), 0, 16 * MIB, at);
    const view = new DataView(buffer.buffer);
    const counts = Array.from({ length: (16 * MIB) / PAGE }, (_, page) => view.getUint32(page * PAGE, true));
    const written = counts.reduce((all, count) => all + count, 0);
    expect(written).toBeGreaterThan(1000);
    expect(written).toBeLessThan(8000);
    expect(counts.slice((4 * MIB) / PAGE).every((count) => count === 0)).toBe(true);
    expect(Math.max(...counts) - Math.min(...counts.slice(0, (4 * MIB) / PAGE))).toBeLessThanOrEqual(1);
  });
});
