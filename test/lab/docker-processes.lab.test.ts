import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clearDocker, docker, setUpDocker } from './docker.ts';
import { between, betweenInTheClear, openHosts, sh } from './hosts.ts';
import { migrate } from './precopy.ts';

/** Threads and a unix socket (redis), a pipe, an open file that has no name any more, and 50 MB of shared memory. */
const several = [
  'redis-server --port 0 --unixsocket /tmp/redis --save "" >/dev/null &',
  '( i=0; while :; do echo $i; i=$((i+1)); usleep 100000; done ) | while read -r n; do echo $n >/tmp/piped; done &',
  'head -c 52428800 /dev/urandom >/dev/shm/block && sha256sum /dev/shm/block >/tmp/sum',
  'exec 9>/tmp/ghost; rm /tmp/ghost',
  'i=0; while :; do echo ghost $i >&9; i=$((i+1)); usleep 200000; done',
].join('\n');

/** What the open file without a name holds. */
const ghost = 'cat /proc/1/fd/9';

describe('a Docker container of several processes', () => {
  const hosts = openHosts();
  beforeAll(async () => {
    await Promise.all([setUpDocker('a'), setUpDocker('b')]);
    await Promise.all([clearDocker(hosts.a), clearDocker(hosts.b)]);
  });
  afterAll(async () => {
    await Promise.all([clearDocker(hosts.a), clearDocker(hosts.b)]);
    await Promise.all([hosts.a.close(), hosts.b.close()]);
  });
  const inside = (host: keyof typeof hosts, script: string): Promise<string> =>
    docker(hosts[host], 'exec', 'several', 'sh', '-c', script);

  it('keeps them all, what they share, and its limits; of its image only the layer that is missing is sent', async () => {
    // The lab's image is on both hosts, this one upon it is not.
    await sh(
      hosts.a,
      'docker run --name base precopy-lab sh -c "head -c 2000000 /dev/urandom >/extra" && docker commit base shop:1 && docker rm base',
    );
    const limits = ['--memory', '200m', '--memory-swap', '200m', '--shm-size', '64m'];
    await docker(hosts.a, 'run', '-d', '--name', 'several', ...limits, 'shop:1', 'sh', '-c', several);
    await expect
      .poll(() => inside('a', 'cat /tmp/sum 2>/dev/null; true'), { timeout: 60_000 })
      .toMatch(/block/);
    await inside('a', 'redis-cli -s /tmp/redis set kept yes');
    const first = (await inside('a', ghost)).split('\n');

    const { exitCode, stderr, report } = await migrate(
      'several',
      ...betweenInTheClear('a', 'b'),
      '--max-rounds',
      '2',
    );
    expect(exitCode, stderr).toBe(0);
    expect(stderr).toMatch(/container image: \d/);
    // 2 MB of 28: the layers below were not sent.
    const [, shipped = ''] = /container image: ([\d.]+ \w+)/.exec(stderr) ?? [];
    expect(shipped).toMatch(/^(\d{1,3}(\.\d+)? KiB|[1-4](\.\d+)? MiB)$/);
    expect(report.outcome).toBe('migrated');

    expect(await inside('b', 'redis-cli -s /tmp/redis get kept')).toBe('yes');
    expect(await inside('b', 'sha256sum -c /tmp/sum')).toBe('/dev/shm/block: OK');
    const piped = Number(await inside('b', 'cat /tmp/piped'));
    await expect.poll(async () => Number(await inside('b', 'cat /tmp/piped'))).toBeGreaterThan(piped);
    const lines = (await inside('b', ghost)).split('\n');
    expect(lines).toEqual(lines.map((_, index) => `ghost ${index}`));
    expect(lines.length).toBeGreaterThan(first.length);
    expect(await docker(hosts.b, 'inspect', '--format', '{{.Config.Image}}', 'several')).toBe('shop:1');

    // More than the limit leaves room for: killed, and only that.
    const exceed = ['exec', 'several', 'dirtier', '300', '300', '1000000'];
    await expect(docker(hosts.b, ...exceed)).rejects.toThrow(/exited with 137/);
    expect(await inside('b', 'redis-cli -s /tmp/redis get kept')).toBe('yes');
  }, 600_000);

  it('comes with its image where there is nothing of it, and is removed from the source if asked', async () => {
    await sh(
      hosts.a,
      'cd /opt/precopy-lab/rootfs && tar -c bin/busybox bin/sh bin/tail etc tmp | docker import - tiny:2',
    );
    await docker(hosts.a, 'run', '-d', '--name', 'tiny', 'tiny:2', 'tail', '-f', '/etc/passwd');
    const { exitCode, stderr } = await migrate('tiny', ...between('a', 'b'), '--remove-source');
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    expect(await docker(hosts.b, 'exec', 'tiny', 'busybox', 'cat', '/etc/hostname')).toBe(
      await docker(hosts.b, 'inspect', '--format', '{{.Config.Hostname}}', 'tiny'),
    );
    expect(await docker(hosts.a, 'ps', '-a', '--format', '{{.Names}}')).not.toMatch(/tiny/);
    const id = ['image', 'inspect', '--format', '{{.Id}}', 'tiny:2'];
    expect(await docker(hosts.b, ...id)).toBe(await docker(hosts.a, ...id));
  });
});
