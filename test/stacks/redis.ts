import { expect } from 'vitest';
import { docker, startDockerRedis } from '../lab/docker.ts';
import { startRedis } from '../lab/redis.ts';
import type { Scenario } from './scenario.ts';
import { moveUnderWrites } from './under-writes.ts';

const KEYS = 30_000;

export const redisInRunc: Scenario = {
  name: 'runc: redis under writes',
  smoke: true,
  run: async ({ a }) => {
    await startRedis(a, 'redis', KEYS);
    await moveUnderWrites('redis', 6379, 1);
  },
};

export const redisInRuncThereAndBack: Scenario = {
  name: 'runc: redis there and back',
  run: async ({ a }) => {
    await startRedis(a, 'redis', KEYS);
    await moveUnderWrites('redis', 6379, 2);
  },
};

const network = ['--network', 'shop', '--ip', '172.30.0.10', '--network-alias', 'store', '-p', '6380:6379'];

export const redisInDocker: Scenario = {
  name: 'Docker: redis on a network with fixed address, alias and port',
  run: async ({ a, b }) => {
    for (const host of [a, b]) await docker(host, 'network', 'create', '--subnet', '172.30.0.0/24', 'shop');
    await startDockerRedis(a, 'redis', KEYS, network);
    await moveUnderWrites('redis', 6380, 1);
    const address = '{{with index .NetworkSettings.Networks "shop"}}{{.IPAddress}}{{end}}';
    expect(await docker(b, 'inspect', '--format', address, 'redis')).toBe('172.30.0.10');
    const ping = ['redis-cli', '-h', 'store', 'ping'];
    expect(await docker(b, 'run', '--rm', '--network', 'shop', 'precopy-lab', ...ping)).toBe('PONG');
  },
};

export const redisInDockerThereAndBack: Scenario = {
  name: 'Docker: redis there and back',
  run: async ({ a }) => {
    await startDockerRedis(a, 'redis', KEYS, ['-p', '6380:6379']);
    await moveUnderWrites('redis', 6380, 2, ['--remove-source']);
  },
};
