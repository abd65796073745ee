import { describe, expect, it } from 'vitest';
import { sweepOf, swept } from '../../../bench/cli/sweep.ts';
import { readScenario } from '../../../bench/runs/read-scenario.ts';

describe('a sweep', () => {
  it('reads its values with their units', () => {
    expect(swept('memory=64MiB,1GiB').values).toEqual([64 * 1024 ** 2, 1024 ** 3]);
    expect(swept('dirty-rate=100,500').values).toEqual([100, 500]);
    expect(swept('link-rate=100Mbit/s,1Gbit/s').values).toEqual([1e8, 1e9]);
  });

  it.each(['memory', 'memory=64', 'memory=', 'rate=1', 'link-rate=100', 'dirty-rate=0.5'])(
    'refuses %s',
    (text) => {
      expect(() => swept(text)).toThrow(/Give a/);
    },
  );

  it('makes a scenario for each value, which differs in nothing else but its name', async () => {
    const scenario = await readScenario('redis-100mb');
    const [one, other] = sweepOf(scenario, swept('dirty-rate=100,500'));
    expect(one).toEqual({ ...scenario, dirtyRate: 100, name: 'redis-100mb.dirty-rate-100' });
    expect(other?.dirtyRate).toBe(500);
  });

  it('keeps the share of memory that a working set is', async () => {
    const [half] = sweepOf(await readScenario('churn-128mib'), swept('memory=64MiB'));
    expect(half).toMatchObject({
      name: 'churn-128mib.memory-64.0MiB',
      memoryBytes: 64 * 1024 ** 2,
      workload: { workingSetBytes: 16 * 1024 ** 2 },
    });
  });

  it('refuses more memory than the hosts have', async () => {
    const scenario = await readScenario('redis-100mb');
    expect(() => sweepOf(scenario, swept('memory=4GiB'))).toThrow(/memory-4.00GiB/);
  });
});
