import { expect } from 'vitest';
import type { Host } from '../../engine/ports/host.ts';
import { docker } from '../lab/docker.ts';
import { between } from '../lab/hosts.ts';
import { move } from './move.ts';
import type { Hosts } from './scenario.ts';

const beating = 'i=0; while :; do echo $i >/tmp/beat; i=$((i+1)); sleep 1; done';

/** Starts a container that writes down a number each second. */
export const startBeat = (host: Host, name: string, ...options: readonly string[]): Promise<string> =>
  docker(host, 'run', '-d', '--name', name, ...options, 'precopy-lab', 'sh', '-c', beating);

/** Moves it from a to b, where it must go on writing. */
export const moveBeat = async ({ b }: Hosts, name: string): Promise<void> => {
  await move(name, ...between('a', 'b'));
  const beat = async (): Promise<number> => Number(await docker(b, 'exec', name, 'cat', '/tmp/beat'));
  const first = await beat();
  await expect.poll(beat, { timeout: 30_000 }).toBeGreaterThan(first);
};
