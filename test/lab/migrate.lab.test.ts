import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { removeContainer } from '../../bench/containers/run-container.ts';
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
    // The way back leaves the files of the container on the host it went to last, and a note there that it left.
    expect(after[0]).toEqual(before[0]);
    expect(after[1]).toEqual(
      [...(before[1] ?? []), `directory /var/lib/containers/${id}`].sort(byKind(before[1] ?? [])),
    );
  });
});

/** traces() sorts within its kinds; the one directory we add belongs among the directories. */
const byKind =
  (known: readonly string[]) =>
  (one: string, other: string): number => {
    const rank = (line: string): number => {
      const index = known.indexOf(line);
      return index >= 0 ? index : known.findLastIndex((each) => each.startsWith('directory ')) + 0.5;
    };
    return rank(one) - rank(other);
  };
