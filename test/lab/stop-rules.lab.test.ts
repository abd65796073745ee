import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { listContainers } from '../../bench/containers/list-containers.ts';
import type { ContainerSpec } from '../../bench/containers/oci-config.ts';
import { removeContainer, runContainer } from '../../bench/containers/run-container.ts';
import { dirtier } from '../../bench/containers/workloads.ts';
import type { Report } from '../../engine/model/report.ts';
import { betweenInTheClear, openHosts, sh } from './hosts.ts';
import { type Finished, migrate, reportOf, startUntil } from './precopy.ts';
import { redisCli, startRedis } from './redis.ts';

const id = 'load';
/** 32 MiB of which it writes to 8 MiB, all of that in less than a round takes. */
const busy = dirtier(id, 32, 8, 3000);
const idle: ContainerSpec = { id, hostNetwork: false, args: ['tail', '-f', '/etc/passwd'] };

describe('the rounds stop', () => {
  const hosts = openHosts();
  const clear = async (): Promise<void> => {
    await Promise.all([removeContainer(hosts.a, id), removeContainer(hosts.b, id)]);
  };
  afterEach(clear);
  afterAll(() => Promise.all([hosts.a.close(), hosts.b.close()]));

  const run = async (
    spec: ContainerSpec,
    ...options: readonly string[]
  ): Promise<Finished & { report: Report }> => {
    await clear();
    await runContainer(hosts.a, spec);
    await sh(hosts.a, 'sleep 2');
    return migrate(id, ...betweenInTheClear('a', 'b'), ...options);
  };

  it('at --max-rounds', async () => {
    const { report } = await run(busy, '--max-rounds', '2');
    expect(report).toMatchObject({ outcome: 'migrated', stop: { kind: 'round-limit', rounds: 2, limit: 2 } });
    expect(report.rounds).toHaveLength(2);
  });

  it('at --min-dirty-pages, for a container that is idle', async () => {
    const { report } = await run(idle, '--min-dirty-pages', '64KiB');
    expect(report).toMatchObject({ outcome: 'migrated', stop: { kind: 'few-dirty-pages', threshold: 16 } });
    expect(report.stop?.kind === 'few-dirty-pages' && report.stop.dirty).toBeLessThanOrEqual(16);
  });

  it('when the predicted downtime is within --max-downtime', async () => {
    const { report } = await run(busy, '--max-downtime', '5min');
    expect(report).toMatchObject({ outcome: 'migrated', stop: { kind: 'downtime-met', budget: 300_000 } });
    expect(report.stop?.kind === 'downtime-met' && report.stop.predicted).toBe(report.predicted?.total);
  });

  it('when rounds bring nothing any more', async () => {
    const { report } = await run(busy, '--max-rounds', '12', '--max-growth', '1000%');
    expect(report).toMatchObject({ outcome: 'migrated', stop: { kind: 'stalled' } });
    expect(report.rounds.length).toBeLessThan(12);
  });

  it('when the dirty set grows beyond --max-growth', async () => {
    await clear();
    await startRedis(hosts.a, id, 10_000);
    const args = [
      'migrate',
      id,
      ...betweenInTheClear('a', 'b'),
      '--max-growth',
      '10%',
      '--min-dirty-pages',
      '1',
      '--json',
      '--yes',
    ];
    const running = await startUntil(/round 1: /, args);
    await redisCli(hosts.a, 'debug', 'populate', '30000', 'more', '1000');
    const finished = await running.finished;
    const report = reportOf(finished);
    expect({ exitCode: finished.exitCode, report }).toMatchObject({
      exitCode: 0,
      report: { outcome: 'migrated', stop: { kind: 'growing', threshold: 0.1 } },
    });
    expect(report.stop?.kind === 'growing' && report.stop.dirty > report.stop.previous).toBe(true);
  });

  it('at --deadline, with a cut-over', async () => {
    const { report } = await run(busy, '--deadline', '100ms');
    expect(report).toMatchObject({ outcome: 'migrated', stop: { kind: 'deadline', deadline: 100 } });
    expect(report.rounds).toHaveLength(1);
  });

  it('at --deadline, giving up, with the container where it was', async () => {
    const { report, exitCode } = await run(busy, '--deadline', '100ms', '--on-deadline', 'give-up');
    expect({ exitCode, report }).toMatchObject({
      exitCode: 5,
      report: { outcome: 'gave-up', stop: { kind: 'deadline' } },
    });
    expect(await listContainers(hosts.a)).toEqual([id]);
    expect(await listContainers(hosts.b)).toEqual([]);
  });

  it('when they are asked to, by SIGUSR2', async () => {
    await clear();
    await runContainer(hosts.a, busy);
    const running = await startUntil(/phase: pre-copy/, [
      'migrate',
      id,
      ...betweenInTheClear('a', 'b'),
      '--json',
    ]);
    running.signal('SIGUSR2');
    const finished = await running.finished;
    expect({ exitCode: finished.exitCode, report: reportOf(finished) }).toMatchObject({
      exitCode: 0,
      report: { stop: { kind: 'asked' } },
    });
  });
});
