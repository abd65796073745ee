import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { removeContainer } from '../../bench/containers/run-container.ts';
import { between, openHosts } from './hosts.ts';
import { precopy } from './precopy.ts';
import { redisCli, startRedis } from './redis.ts';
import { traces } from './traces.ts';

const id = 'shop';
const KEYS = 60_000;

describe('a redis container', () => {
  const hosts = openHosts();

  beforeAll(async () => {
    await Promise.all([removeContainer(hosts.a, id), removeContainer(hosts.b, id)]);
    await startRedis(hosts.a, id, KEYS);
  });
  afterAll(async () => {
    await Promise.all([removeContainer(hosts.a, id), removeContainer(hosts.b, id)]);
    await Promise.all([hosts.a.close(), hosts.b.close()]);
  });

  it('can be checked without anything being changed', async () => {
    const before = await Promise.all([traces(hosts.a), traces(hosts.b)]);
    const { exitCode, stdout } = await precopy('check', id, ...between('a', 'b'));
    expect({ exitCode, stdout }).toMatchObject({ exitCode: 0 });
    expect(await Promise.all([traces(hosts.a), traces(hosts.b)])).toEqual(before);
  });

  it('is not touched by --dry-run, which prints the plan', async () => {
    const { exitCode, stdout } = await precopy('migrate', id, ...between('a', 'b'), '--dry-run');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/shop/);
    expect(await redisCli(hosts.a, 'dbsize')).toBe(String(KEYS));
  });
});
