import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clearDocker, docker, dockerTraces, setUpDocker } from './docker.ts';
import { between, openHosts, sh } from './hosts.ts';
import { precopy } from './precopy.ts';
import { providedLab } from './provided.ts';

describe('what stands in the way of a Docker container', () => {
  const hosts = openHosts();
  beforeAll(async () => {
    await setUpDocker('b');
    await Promise.all([clearDocker(hosts.a), clearDocker(hosts.b)]);
  });
  afterAll(async () => {
    await sh(hosts.b, 'pkill -x -f "busybox nc -l -p 8080"; true');
    await Promise.all([clearDocker(hosts.a), clearDocker(hosts.b)]);
    await Promise.all([hosts.a.close(), hosts.b.close()]);
  });

  const codesOf = async (container: string, ...options: readonly string[]): Promise<string> => {
    const { exitCode, stdout, stderr } = await precopy(
      'check',
      container,
      ...between('a', 'b'),
      '--json',
      ...options,
    );
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 3 });
    const { findings } = JSON.parse(stdout) as { findings: { severity: string; code: string }[] };
    return findings.map(({ severity, code }) => `${severity} ${code}`).join('\n');
  };

  it('is found before anything is touched: port, subnet, name, image, terminal, devices, volume, wrapper', async () => {
    await docker(hosts.a, 'network', 'create', '--subnet', '172.31.0.0/24', 'front');
    await docker(hosts.b, 'network', 'create', '--subnet', '172.32.0.0/24', 'front');
    const image = 'tar -C /opt/precopy-lab/rootfs -c "$@" | docker import - shop:1';
    await sh(hosts.a, image, 'bin', 'etc', 'lib', 'lib64', 'usr', 'tmp');
    await sh(hosts.b, image, 'bin', 'etc', 'tmp');
    await docker(hosts.b, 'create', '--name', 'all', 'precopy-lab');
    await docker(
      hosts.b,
      'run',
      '--rm',
      '-v',
      'data:/data',
      'precopy-lab',
      'sh',
      '-c',
      'echo mine >/data/mine',
    );
    await sh(hosts.b, 'setsid busybox nc -l -p 8080 >/dev/null 2>&1 </dev/null &');
    const attached = ['-t', '--privileged', '--device', '/dev/null:/dev/given', '--network', 'front'];
    const mounted = ['-p', '8080:80', '-v', 'data:/data'];
    await docker(
      hosts.a,
      'run',
      '-d',
      '--name',
      'all',
      ...attached,
      ...mounted,
      'shop:1',
      'tail',
      '-f',
      '/etc/passwd',
    );
    const before = await Promise.all([dockerTraces(hosts.a), dockerTraces(hosts.b)]);

    const codes = await codesOf('all');
    for (const code of [
      'port-taken',
      'network-conflict',
      'name-taken',
      'terminal',
      'devices',
      'volume-has-content',
    ]) {
      expect(codes).toMatch(new RegExp(`^error ${code}`, 'm'));
    }
    expect(codes).toMatch(/^warning image-name-other/m);
    expect(await Promise.all([dockerTraces(hosts.a), dockerTraces(hosts.b)])).toEqual(before);

    // And a migration refuses it, too.
    const { exitCode } = await precopy('migrate', 'all', ...between('a', 'b'), '--yes');
    expect(exitCode).toBe(3);
    expect(await Promise.all([dockerTraces(hosts.a), dockerTraces(hosts.b)])).toEqual(before);

    const { sshConfig } = providedLab();
    await precopy('host', 'remove', 'b', '--ssh-config', sshConfig, '--yes');
    expect(await codesOf('all')).toMatch(/^error wrapper-missing/m);
  });
});
