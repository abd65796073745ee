import { runContainer } from '../../bench/containers/run-container.ts';
import { redis } from '../../bench/containers/workloads.ts';
import type { Host } from '../../engine/ports/host.ts';
import { outputOf } from './hosts.ts';

/** A redis container that holds `keys` values of about 1 KB each, which do not compress. */
export const startRedis = async (host: Host, id: string, keys: number): Promise<void> => {
  await runContainer(host, redis(id));
  await redisCli(host, 'debug', 'populate', String(keys), 'key', '1000');
};

/** redis-cli on the host itself; waits for a server that is just starting. */
export const redisCli = async (host: Host, ...args: readonly string[]): Promise<string> => {
  const attempt = 'for i in 1 2 3 4 5 6 7 8 9 10; do redis-cli "$@" && exit; sleep 0.5; done; exit 1';
  return (await outputOf(host, 'sh', '-c', attempt, 'sh', ...args)).trim();
};
