import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { openLab } from '../../../bench/lab/index.ts';
import type { Scenario } from '../../../bench/model/scenario.ts';
import { runOnce } from '../../../bench/runs/run-once.ts';
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

describe('a run of precopy', () => {
  const hosts = openHosts();
  afterAll(async () => {
    await Promise.all([hosts.a.close(), hosts.b.close()]);
  });

  it('is seen by a client from outside, finds all memory right, and leaves nothing on the hosts', async () => {
    const { sshConfig, addresses, name } = providedLab();
    const lab = await openLab(name);
    const ports = { a: await lab.publish('a', 7777), b: await lab.publish('b', 7777) };
    const before = await Promise.all([traces(hosts.a), traces(hosts.b)]);
    const scene = {
      ...hosts,
      address: addresses.b,
      sshConfig,
      precopy: [process.execPath, program] as const,
    };
    const record = await runOnce({ scenario, variant: precopy, scene, ports }, new AbortController().signal);
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
});
