import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clearDocker, docker, setUpDocker } from './docker.ts';
import { between, openHosts, sh } from './hosts.ts';
import { migrate } from './precopy.ts';

/** Counts in memory, and says over a port how far it is. */
const answering = 'i=0; while :; do i=$((i+1)); echo $i | nc -l -p 7000 >/dev/null 2>&1; done';

describe('a Docker container comes along with its networks', () => {
  const hosts = openHosts();
  beforeAll(async () => {
    await Promise.all([setUpDocker('a'), setUpDocker('b')]);
    await Promise.all([clearDocker(hosts.a), clearDocker(hosts.b)]);
  });
  afterAll(async () => {
    await Promise.all([clearDocker(hosts.a), clearDocker(hosts.b)]);
    await Promise.all([hosts.a.close(), hosts.b.close()]);
  });

  it('where it is the host’s own', async () => {
    await docker(
      hosts.a,
      'run',
      '-d',
      '--name',
      'own',
      '--network',
      'host',
      'precopy-lab',
      'sh',
      '-c',
      answering,
    );
    const ask = 'busybox nc -w 2 127.0.0.1 7000 </dev/null';
    expect(Number(await sh(hosts.a, ask))).toBe(1);
    const { exitCode, stderr } = await migrate('own', ...between('a', 'b'));
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    expect(Number(await sh(hosts.b, ask))).toBeGreaterThan(1);
    await docker(hosts.b, 'rm', '-f', 'own');
  });

  it('where there are two, made on the destination as on the source, with address, MAC and alias', async () => {
    await docker(hosts.a, 'network', 'create', '--subnet', '172.30.0.0/24', '--label', 'tier=front', 'front');
    await docker(hosts.a, 'network', 'create', '--subnet', '172.31.0.0/24', '--internal', 'back');
    const first = ['--network', 'front', '--ip', '172.30.0.10', '--network-alias', 'web'];
    await docker(hosts.a, 'create', '--name', 'two', ...first, 'precopy-lab', 'sh', '-c', answering);
    await docker(hosts.a, 'network', 'connect', '--ip', '172.31.0.10', '--alias', 'deep', 'back', 'two');
    await docker(hosts.a, 'start', 'two');
    const seen =
      'ip -o address | sed -n "s/.*eth[0-9]* *inet \\([^ ]*\\).*/\\1/p" | sort; cat /sys/class/net/eth0/address';
    const before = await docker(hosts.a, 'exec', 'two', 'sh', '-c', seen);
    expect(before).toMatch(/^172\.30\.0\.10\/24\n172\.31\.0\.10\/24\n/);

    const refused = await migrate('two', ...between('a', 'b')).catch((cause: unknown) => String(cause));
    expect(refused).toMatch(/--create-networks/);
    const { exitCode, stderr } = await migrate('two', ...between('a', 'b'), '--create-networks');
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });

    expect(await docker(hosts.b, 'exec', 'two', 'sh', '-c', seen)).toBe(before);
    const network = [
      'network',
      'inspect',
      '--format',
      '{{.Labels.tier}} {{.Internal}} {{(index .IPAM.Config 0).Subnet}}',
    ];
    expect(await docker(hosts.b, ...network, 'front', 'back')).toBe(
      await docker(hosts.a, ...network, 'front', 'back'),
    );
    const probe = [
      'run',
      '--rm',
      '--network',
      'front',
      'precopy-lab',
      'sh',
      '-c',
      'nc -w 5 web 7000 </dev/null',
    ];
    expect(Number(await docker(hosts.b, ...probe))).toBeGreaterThan(0);
  }, 480_000);
});
