import { afterAll, describe, expect, it } from 'vitest';
import { removeContainer, runContainer } from '../../bench/containers/run-container.ts';
import { pageCounter } from '../../bench/containers/workloads.ts';
import { between, openHosts, outputOf, sh } from './hosts.ts';
import { migrate } from './precopy.ts';

const id = 'squeezed';
const MEBIBYTES = 17;

describe('a slow link', () => {
  const hosts = openHosts();
  const clear = async (): Promise<void> => {
    await Promise.all([removeContainer(hosts.a, id), removeContainer(hosts.b, id)]);
  };
  afterAll(async () => {
    await clear();
    await Promise.all([hosts.a.close(), hosts.b.close()]);
  });

  it('carries memory compressed, and what arrives is what was sent', async () => {
    await clear();
    await runContainer(hosts.a, pageCounter(id, MEBIBYTES, 200));
    const wire = async (): Promise<number> =>
      Number(await sh(hosts.b, 'cat /sys/class/net/eth1/statistics/rx_bytes'));
    const before = await wire();
    const slow = ['--max-bandwidth', '6Mbit/s', '--max-rounds', '1'];
    const { report } = await migrate(id, ...between('a', 'b'), ...slow);
    expect(report).toMatchObject({
      outcome: 'migrated',
      compression: { kind: 'zlib', reason: { kind: 'measured', capped: true } },
    });
    const received = (await wire()) - before;
    // By the network card's count, which has headers and what was said before and after; and by the report's.
    expect(received).toBeLessThan(report.pageBytes / 2);
    expect(report.wireBytes).toBeLessThan(received);
    expect(report.wireBytes).toBeGreaterThan(received / 2);
    await hosts.b.run({ argv: ['runc', 'pause', id] });
    const { pid }: { pid: number } = JSON.parse(await outputOf(hosts.b, 'runc', 'state', id));
    const edges = ['/opt/precopy-lab/bin/page-edges', String(pid)] as const;
    expect(JSON.parse(await outputOf(hosts.b, ...edges))).toMatchObject({
      pages: MEBIBYTES * 256,
      stale: 0,
    });
  });
});
