import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { longestGap, lostWrites, startRedisWriter } from '../../bench/client/redis-writer.ts';
import { openLab } from '../../bench/lab/index.ts';
import { clearDocker, docker, dockerTraces, setUpDocker, startDockerRedis } from './docker.ts';
import { between, betweenInTheClear, openHosts, sh } from './hosts.ts';
import { migrate, startUntil } from './precopy.ts';
import { providedLab } from './provided.ts';

/** Prints a number five times a second. */
const counting = 'i=0; while :; do echo $i; i=$((i+1)); usleep 200000; done';

describe('a Docker container', () => {
  const hosts = openHosts();
  beforeAll(() => Promise.all([setUpDocker('a'), setUpDocker('b')]));
  beforeEach(() => Promise.all([clearDocker(hosts.a), clearDocker(hosts.b)]));
  afterAll(async () => {
    await Promise.all([clearDocker(hosts.a), clearDocker(hosts.b)]);
    await Promise.all([hosts.a.close(), hosts.b.close()]);
  });

  it('goes on counting where it stopped, with its logs, and is a container like any other there', async () => {
    const limits = ['--restart', 'always', '--label', 'tier=front', '--memory', '64m'];
    await docker(hosts.a, 'run', '-d', '--name', 'counter', ...limits, 'precopy-lab', 'sh', '-c', counting);
    const { report, stderr, exitCode } = await migrate('counter', ...between('a', 'b'));
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    expect(report.outcome).toBe('migrated');

    // Every number once, from 0 on: what was printed before and after.
    const logs = (await docker(hosts.b, 'logs', 'counter')).split('\n').map(Number);
    expect(logs).toEqual(logs.map((_, index) => index));
    const before = (await docker(hosts.a, 'logs', 'counter-moved-to-b')).split('\n').length;
    expect(logs.length).toBeGreaterThan(before);

    expect(await dockerTraces(hosts.a)).toEqual(
      expect.arrayContaining(['container counter-moved-to-b exited', 'policy /counter-moved-to-b no']),
    );
    expect(await dockerTraces(hosts.b)).toEqual(
      expect.arrayContaining(['container counter running', 'policy /counter always']),
    );
    for (const host of [hosts.a, hosts.b]) {
      expect((await dockerTraces(host)).filter((line) => line.startsWith('/run/precopy'))).toEqual([]);
    }
    expect(await docker(hosts.b, 'inspect', '--format', '{{.Config.Labels.tier}}', 'counter')).toBe('front');
    expect(await docker(hosts.b, 'exec', 'counter', 'echo', 'executed')).toBe('executed');
    expect(await docker(hosts.b, 'top', 'counter')).toMatch(/sh -c/);
    expect(await docker(hosts.b, 'stats', '--no-stream', '--format', '{{.MemUsage}}', 'counter')).toMatch(
      / \/ 64MiB/,
    );
    await docker(hosts.b, 'update', '--memory', '80m', '--memory-swap', '80m', 'counter');
    const limit = 'cat /sys/fs/cgroup/docker/$(docker inspect --format "{{.Id}}" counter)/memory.max';
    expect((await sh(hosts.b, limit)).trim()).toBe(String(80 * 1024 ** 2));
    await docker(hosts.b, 'pause', 'counter');
    expect(await docker(hosts.b, 'inspect', '--format', '{{.State.Status}}', 'counter')).toBe('paused');
    await docker(hosts.b, 'unpause', 'counter');
    await docker(hosts.b, 'restart', '--time', '0', 'counter');
    await expect.poll(() => docker(hosts.b, 'logs', '--tail', '1', 'counter')).toMatch(/^[0-9]$/);
    await docker(hosts.b, 'stop', '--time', '0', 'counter');
    expect(await docker(hosts.b, 'inspect', '--format', '{{.State.Status}}', 'counter')).toBe('exited');
  });

  it('with redis in it loses no acknowledged write, on a network of its own with address, alias and port', async () => {
    const lab = await openLab(providedLab().name);
    const ports = await Promise.all([lab.publish('a', 6380), lab.publish('b', 6380)]);
    for (const host of [hosts.a, hosts.b])
      await docker(host, 'network', 'create', '--subnet', '172.30.0.0/24', 'shop');
    const network = [
      '--network',
      'shop',
      '--ip',
      '172.30.0.10',
      '--network-alias',
      'store',
      '-p',
      '6380:6379',
    ];
    await startDockerRedis(hosts.a, 'redis', 100_000, network);

    const writer = startRedisWriter(ports, 200);
    await expect.poll(() => writer.acknowledged(), { timeout: 30_000 }).toBeGreaterThan(200);
    const { report, stderr, exitCode } = await migrate(
      'redis',
      ...betweenInTheClear('a', 'b'),
      '--max-rounds',
      '4',
    );
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    expect(report.rounds[0]?.sent ?? 0).toBeGreaterThan(100e6);
    const settled = writer.acknowledged();
    await expect.poll(() => writer.acknowledged(), { timeout: 30_000 }).toBeGreaterThan(settled + 100);
    const { acknowledgements } = await writer.stop();
    const client = longestGap(acknowledgements) / 1000;
    process.stderr.write(
      `redis in Docker: ${acknowledgements.length} writes, longest gap ${client.toFixed(1)} s, downtime ${((report.measured?.total ?? 0) / 1000).toFixed(1)} s\n`,
    );
    expect(await lostWrites(ports[1], acknowledgements)).toEqual([]);

    const format = '{{with index .NetworkSettings.Networks "shop"}}{{.IPAddress}} {{.Aliases}}{{end}}';
    expect(await docker(hosts.b, 'inspect', '--format', format, 'redis')).toMatch(/^172\.30\.0\.10 .*store/);
    expect(await docker(hosts.b, 'exec', 'redis', 'redis-cli', 'dbsize')).toMatch(/^\d{6}$/);
    // Others in the network find it by its alias.
    const ping = ['redis-cli', '-h', 'store', 'ping'];
    expect(await docker(hosts.b, 'run', '--rm', '--network', 'shop', 'precopy-lab', ...ping)).toBe('PONG');
  }, 600_000);

  it('stays, with all as it was, when the destination cannot restore', async () => {
    const kept = ['--restart', 'always', '-v', 'kept:/data'];
    await docker(hosts.a, 'run', '-d', '--name', 'counter', ...kept, 'precopy-lab', 'sh', '-c', counting);
    const before = await Promise.all([dockerTraces(hosts.a), dockerTraces(hosts.b)]);
    const running = await startUntil(/decision: cut over/, [
      'migrate',
      'counter',
      ...between('a', 'b'),
      '--json',
      '--yes',
    ]);
    await sh(
      hosts.b,
      'until [ -s /run/precopy/*/images/final/inventory.img ] || ! ls -d /run/precopy/*/ >/dev/null 2>&1; do rm -f /run/precopy/*/images/0/pages-*.img; sleep 0.05; done',
    );
    const { exitCode, stdout } = await running.finished;
    expect({ exitCode, stdout }).toMatchObject({ exitCode: 4 });
    expect(await Promise.all([dockerTraces(hosts.a), dockerTraces(hosts.b)])).toEqual(before);
    const count = Number(await docker(hosts.a, 'logs', '--tail', '1', 'counter'));
    await expect
      .poll(async () => Number(await docker(hosts.a, 'logs', '--tail', '1', 'counter')))
      .toBeGreaterThan(count);
  });
});
