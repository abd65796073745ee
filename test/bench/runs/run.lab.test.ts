import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { serverOf } from '../../../bench/containers/server.ts';
import { openLab } from '../../../bench/lab/index.ts';
import type { Scenario } from '../../../bench/model/scenario.ts';
import { type Measured, runOnce } from '../../../bench/runs/run-once.ts';
import { precopy } from '../../../bench/variants/precopy.ts';
import { openHosts } from '../../lab/hosts.ts';
import { providedLab } from '../../lab/provided.ts';
import { traces } from '../../lab/traces.ts';

const program = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url));

const scenario: Scenario = {
  name: 'small',
  workload: {
    program: 'churn',
    workingSetBytes: 4 * 1024 ** 2,
    pattern: 'hot-cold',
    sharing: 'private',
    threads: 2,
  },
  memoryBytes: 16 * 1024 ** 2,
  dirtyRate: 400,
};

const service = (program: 'memcached' | 'postgresql'): Scenario => ({
  name: `small-${program}`,
  workload: { program },
  memoryBytes: 8_000_000,
  dirtyRate: 50,
});

describe('a run of precopy', () => {
  const hosts = openHosts();
  afterAll(async () => {
    await Promise.all([hosts.a.close(), hosts.b.close()]);
  });

  const measure = async (of: Scenario): Promise<Measured> => {
    const { sshConfig, addresses, name } = providedLab();
    const lab = await openLab(name);
    const { port } = serverOf(of);
    const ports = { a: await lab.publish('a', port), b: await lab.publish('b', port) };
    const scene = {
      ...hosts,
      address: addresses.b,
      sshConfig,
      precopy: [process.execPath, program] as const,
    };
    return runOnce({ scenario: of, variant: precopy, scene, ports }, new AbortController().signal);
  };

  it('is seen by a client from outside, finds all memory right, and leaves nothing on the hosts', async () => {
    const before = await Promise.all([traces(hosts.a), traces(hosts.b)]);
    const record = await measure(scenario);
    expect(record).toMatchObject({ outcome: 'ok', client: { wrong: 0 } });
    const gap = record.client?.longestGap ?? 0;
    // It is the cut-over that it has seen: not much shorter than precopy's own figure, and within the command.
    expect(gap).toBeGreaterThan(0.7 * (record.downtime ?? Number.NaN));
    expect(record.client?.gapBegan).toBeGreaterThan(0);
    expect((record.client?.gapBegan ?? 0) + gap).toBeLessThan(record.totalTime + 5000);
    expect((record.parts ?? []).reduce((sum, { ms }) => sum + ms, 0)).toBeCloseTo(gap, 1);
    expect(record.bytesSent).toBeGreaterThan(scenario.memoryBytes);
    expect(await Promise.all([traces(hosts.a), traces(hosts.b)])).toEqual(before);
  });

  it.each(['memcached', 'postgresql'] as const)('moves %s, with all that it has acknowledged', async (of) => {
    const record = await measure(service(of));
    expect(record).toMatchObject({ outcome: 'ok', client: { wrong: 0 } });
    // Some before, some beside the rounds, and it answers afterwards.
    expect(record.client?.requests).toBeGreaterThan(200);
    expect(record.client?.latency.after.p50).toBeGreaterThan(0);
  });
});
