import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { lostWrites, startRedisWriter } from '../../bench/client/redis-writer.ts';
import { listContainers } from '../../bench/containers/list-containers.ts';
import { removeContainer } from '../../bench/containers/run-container.ts';
import { openLab } from '../../bench/lab/index.ts';
import { betweenInTheClear, openHosts, sh } from './hosts.ts';
import { migrate, precopy } from './precopy.ts';
import { providedLab } from './provided.ts';
import { redisCli, startRedis } from './redis.ts';

const id = 'shop';
const KEYS = 20_000;
const STOP_AND_COPY = ['--max-rounds', '0'] as const;

/** `check` asks nothing. */
const between = betweenInTheClear('a', 'b').filter((word) => word !== '--yes');

/**
 * criu as on a kernel without soft-dirty bits, as far as it is asked for them, that keeps the last dump's log, with all that is in it. The
 * real one of a kernel with them would not fail where it is asked.
 */
const WRAPPER = '/usr/local/sbin/criu';
const LOG = '/run/last-dump.log';
const wrapper = `#!/bin/bash
[ "$*" != 'check --feature mem_dirty_track' ] || { echo 'Dirty tracking is OFF. Memory snapshot will not work.'; exit 1; }
if [ "$1" = swrk ] && [ -n "$CRIU_CONFIG_FILE" ]; then
  sed s/verbosity=2/verbosity=4/ "$CRIU_CONFIG_FILE" >/run/verbose.conf
  export CRIU_CONFIG_FILE=/run/verbose.conf
fi
$(PATH=/usr/sbin:/usr/bin command -v criu) "$@"
code=$?
cat /run/precopy/*/work/final/dump.log >${LOG} 2>/dev/null
exit $code
`;

describe('a container that is moved without any round', () => {
  const hosts = openHosts();
  const withoutTracking = (): Promise<void> => hosts.a.writeFile(WRAPPER, wrapper, 0o755);
  afterEach(async () => {
    await Promise.all([removeContainer(hosts.a, id), removeContainer(hosts.b, id)]);
    await sh(hosts.a, 'rm -f "$@"', WRAPPER, LOG, '/run/verbose.conf');
  });
  afterAll(() => Promise.all([hosts.a.close(), hosts.b.close()]));

  it('loses no write that was acknowledged', async () => {
    const lab = await openLab(providedLab().name);
    const ports = await Promise.all([lab.publish('a', 6379), lab.publish('b', 6379)]);
    await startRedis(hosts.a, id, KEYS);
    const writer = startRedisWriter(ports, 200);
    await expect.poll(() => writer.acknowledged(), { timeout: 30_000 }).toBeGreaterThan(200);
    const { report, stderr, exitCode } = await migrate(id, ...betweenInTheClear('a', 'b'), ...STOP_AND_COPY);
    expect({ exitCode, report, stderr }).toMatchObject({
      exitCode: 0,
      report: { outcome: 'migrated', rounds: [], stop: { kind: 'round-limit', rounds: 0, limit: 0 } },
    });
    expect(report.pageBytes).toBeGreaterThan(KEYS * 1000);
    expect(report.findings).toContainEqual(
      expect.objectContaining({ severity: 'warning', code: 'no-rounds' }),
    );
    expect(stderr).toMatch(/decision: cut over \(predicted downtime [^)]+\): no round was to be made/);
    const settled = writer.acknowledged();
    await expect.poll(() => writer.acknowledged(), { timeout: 30_000 }).toBeGreaterThan(settled + 100);
    const { acknowledgements } = await writer.stop();
    expect(await lostWrites(ports[1], acknowledgements)).toEqual([]);
    expect(await listContainers(hosts.a)).toEqual([]);
  });

  it('can be moved from a kernel that tracks no dirty pages, of which criu asks for none', async () => {
    await withoutTracking();
    await startRedis(hosts.a, id, KEYS);
    const refused = await precopy('check', id, ...between);
    expect(refused).toMatchObject({ exitCode: 3 });
    expect(refused.stdout.replaceAll(/\s+/g, ' ')).toMatch(
      /\[dirty-tracking-missing\].* --max-rounds 0 .* stands still for about/,
    );
    const accepted = await precopy('check', id, ...between, ...STOP_AND_COPY);
    expect(accepted).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('[no-rounds]') });
    const { report, stderr } = await migrate(id, ...between, '--yes', ...STOP_AND_COPY);
    expect({ report, stderr }).toMatchObject({ report: { outcome: 'migrated', rounds: [] } });
    expect(await redisCli(hosts.b, 'dbsize')).toBe(String(KEYS));
    const log = await sh(hosts.a, 'cat "$1"', LOG);
    // It says that at this level only.
    expect(log).toContain('Dumping pages');
    expect(log).not.toContain('dirty tracking');
  });
});
