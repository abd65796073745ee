import { expect } from 'vitest';
import { docker } from '../lab/docker.ts';
import { between, sh } from '../lab/hosts.ts';
import { providedLab } from '../lab/provided.ts';
import { startRedis } from '../lab/redis.ts';
import { move } from './move.ts';
import type { Scenario } from './scenario.ts';

const ADDRESS = '172.30.0.10';

/** A server that listens on the container's own address, and a client that asks another server, outside, every 100 ms. */
const program = [
  `redis-server --bind ${ADDRESS} --port 7000 --save "" --protected-mode no >/dev/null &`,
  'while :; do if redis-cli -h "$0" ping >/dev/null 2>&1; then echo reached; else echo failed; fi; usleep 100000; done',
].join(' ');

export const network: Scenario = {
  name: 'Docker: the network is there before any process runs',
  run: async ({ a, b }) => {
    const { addresses } = providedLab();
    await startRedis(a, 'asked', 10);
    for (const host of [a, b]) await docker(host, 'network', 'create', '--subnet', '172.30.0.0/24', 'shop');
    const attached = ['--network', 'shop', '--ip', ADDRESS];
    await docker(
      a,
      'run',
      '-d',
      '--name',
      'asks',
      ...attached,
      'precopy-lab',
      'sh',
      '-c',
      program,
      addresses.a,
    );
    const answers = async (host: typeof a): Promise<readonly string[]> =>
      (await docker(host, 'logs', 'asks')).split('\n');
    await expect.poll(async () => (await answers(a)).length, { timeout: 30_000 }).toBeGreaterThan(10);
    const before = (await answers(a)).length;
    await move('asks', ...between('a', 'b'));
    const moved = (await answers(b)).length;
    await expect.poll(async () => (await answers(b)).length, { timeout: 60_000 }).toBeGreaterThan(moved + 20);
    const all = await answers(b);
    expect(all.length).toBeGreaterThan(before);
    // The freeze may have cut one attempt in two: its connection is closed at the cut-over.
    expect(all.filter((line) => line !== 'reached').length).toBeLessThanOrEqual(1);
    expect((await sh(b, 'redis-cli -h "$1" -p 7000 ping', ADDRESS)).trim()).toBe('PONG');
  },
};
