import { expect } from 'vitest';
import { lostWrites, startRedisWriter } from '../../bench/client/redis-writer.ts';
import { openLab } from '../../bench/lab/index.ts';
import { betweenInTheClear, type LabHostName } from '../lab/hosts.ts';
import { providedLab } from '../lab/provided.ts';
import { move } from './move.ts';

const trips: readonly (readonly [LabHostName, LabHostName])[] = [
  ['a', 'b'],
  ['b', 'a'],
];

/**
 * Moves a redis container that listens on a port of its host while a client writes to it, and looks for every acknowledged write at the
 * end. `times`: 1 moves from a to b, 2 moves there and back.
 */
export const moveUnderWrites = async (
  container: string,
  port: number,
  times: 1 | 2,
  options: readonly string[] = [],
): Promise<void> => {
  const lab = await openLab(providedLab().name);
  const ports = await Promise.all([lab.publish('a', port), lab.publish('b', port)]);
  const writer = startRedisWriter(ports, 100);
  try {
    await expect.poll(() => writer.acknowledged(), { timeout: 60_000 }).toBeGreaterThan(100);
    for (const [from, to] of trips.slice(0, times)) {
      const args = [container, ...betweenInTheClear(from, to), '--max-rounds', '3', ...options];
      await move(...args);
      const settled = writer.acknowledged();
      await expect.poll(() => writer.acknowledged(), { timeout: 60_000 }).toBeGreaterThan(settled + 50);
    }
    const { acknowledgements } = await writer.stop();
    expect(await lostWrites(ports[times % 2] ?? 0, acknowledgements)).toEqual([]);
  } finally {
    await writer.stop();
  }
};
