import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleOf, removeContainer } from '../../bench/containers/run-container.ts';
import { between, openHosts, outputOf } from './hosts.ts';
import { migrate, precopy } from './precopy.ts';
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

  it('goes there and back three times, with all its memory, and leaves nothing behind', async () => {
    const before = await Promise.all([traces(hosts.a), traces(hosts.b)]);
    for (let trip = 1; trip <= 3; trip += 1) {
      for (const [from, to] of [['a', 'b'] as const, ['b', 'a'] as const]) {
        await redisCli(hosts[from], 'set', 'trip', `${trip} ${from}`);
        const { exitCode, report, stderr } = await migrate(id, ...between(from, to), '--max-rounds', '3');
        expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
        expect(report).toMatchObject({ version: 1, outcome: 'migrated', container: id, from, to });
        expect(report.rounds.length).toBeGreaterThanOrEqual(2);
        expect(report.rounds[0]?.sent ?? 0).toBeGreaterThan(50e6);
        expect(await redisCli(hosts[to], 'get', 'trip')).toBe(`${trip} ${from}`);
        expect(await redisCli(hosts[to], 'dbsize')).toBe(String(KEYS + 1));
        expect(await outputOf(hosts[from], 'runc', 'list', '-q')).toBe('');
      }
    }
    const after = await Promise.all([traces(hosts.a), traces(hosts.b)]);
    expect(after[0]).toEqual(before[0]);
    // The last way back leaves the container's files on the host it left, and nothing else.
    const files = `directory ${dirname(bundleOf(id))}`;
    expect(after[1]?.filter((line) => !line.startsWith(files))).toEqual(before[1]);
    expect(after[1]).toContain(`directory ${bundleOf(id)}`);
  }, 900_000);
});
