import { describe, expect, it } from 'vitest';
import { InvalidInput } from '../../../engine/model/errors.ts';
import type { ContainerFacts } from '../../../engine/model/facts.ts';
import { kibToBytes } from '../../../engine/model/units.ts';
import { readContainerFacts } from '../../../transport/runc/container-facts.ts';
import { type FakeHost, fakeHost } from '../../fakes/fake-host.ts';

const state = { id: 'shop', pid: 4711, status: 'running', bundle: '/b', rootfs: '/b/rootfs' };

const records = [
  'cgroup /precopy/shop',
  'processes 3',
  'container-mount 812 800 0:51 / / rw - overlay overlay rw',
  'host-mount 45 27 0:39 / /b/rootfs rw,relatime - overlay overlay rw,lowerdir=/l,upperdir=/u,workdir=/w',
  'stdio 0 21 /dev/null',
  'stdio 1 15 pipe:[7]',
  'stdio 2 812 /var/log/err',
  'memory memfd 31 16',
  'memory private 0 1000',
  'open socket:[501]',
  'open socket:[502]',
  'memory private 0 24',
  'open socket:[503]',
  'established 501',
  'established 503',
  'established 777',
  'tmpfs 8 /dev/shm',
  'rootfs-kib 20480',
  'begun 815 b007',
].join('\n');

const config = {
  process: { terminal: true },
  mounts: [
    { destination: '/proc', type: 'proc', source: 'proc' },
    { destination: '/data', type: 'bind', source: '/srv/data', options: ['rw'] },
    { destination: '/etc/hosts', source: '/srv/hosts', options: ['rbind', 'ro'] },
    { destination: '/odd', type: 'bind' },
  ],
  linux: { namespaces: [{ type: 'pid' }, { type: 'network', path: '/run/netns/shop' }] },
};

const hostWith = async (
  changed: { state?: unknown; config?: unknown; records?: string } = {},
): Promise<FakeHost> => {
  const host = fakeHost('a', ({ argv }) => ({
    stdout: argv[0] === 'runc' ? JSON.stringify(changed.state ?? state) : (changed.records ?? records),
  }));
  await host.writeFile('/b/config.json', JSON.stringify(changed.config ?? config), 0o600);
  return host;
};

const withProfile = (profile: string): Promise<FakeHost> =>
  hostWith({ records: `${records}\nprofile ${profile}` });

const factsOf = (host: FakeHost): Promise<ContainerFacts> => readContainerFacts(host, '/run/runc', 'shop');

describe('the facts of a container', () => {
  it.each([
    ['docker-default', 'docker-default'],
    ['unconfined', undefined],
    ['', undefined],
  ])('have its AppArmor profile (%j)', async (profile, appArmorProfile) => {
    expect(await factsOf(await withProfile(profile))).toMatchObject({ appArmorProfile });
  });

  it('come from its state, its configuration and its host', async () => {
    expect(await factsOf(await hostWith())).toEqual({
      id: 'shop',
      runtime: 'runc',
      state: 'running',
      pid: 4711,
      begun: { startTime: '815', boot: 'b007' },
      processes: 3,
      bundle: '/b',
      rootfs: {
        kind: 'overlay',
        path: '/b/rootfs',
        lower: ['/l'],
        upper: '/u',
        work: '/w',
        mountOptions: ['rw'],
      },
      cgroupPath: '/precopy/shop',
      noNewPrivileges: false,
      terminal: true,
      stdio: [{ kind: 'null' }, { kind: 'pipe' }, { kind: 'file', path: '/var/log/err', inContainer: true }],
      memory: {
        resident: kibToBytes(1040),
        unreachable: [{ what: 'memfd', size: kibToBytes(16) }],
        tmpfs: [{ what: 'tmpfs /dev/shm', size: kibToBytes(8) }],
      },
      rootfsSize: kibToBytes(20480),
      // Socket 777 belongs to another container in the same network namespace.
      establishedTcp: 2,
      bindMounts: [
        { source: '/srv/data', destination: '/data' },
        { source: '/srv/hosts', destination: '/etc/hosts' },
      ],
      joinedNamespaces: [{ type: 'network', path: '/run/netns/shop' }],
    });
  });

  it('come from the first process and the root filesystem that the state names', async () => {
    const host = await hostWith();
    await factsOf(host);
    expect(host.commands.at(-1)?.argv.slice(-2)).toEqual(['4711', '/b/rootfs']);
  });

  it('have the state `created` for a container that runc is creating', async () => {
    expect(await factsOf(await hostWith({ state: { ...state, status: 'creating' } }))).toMatchObject({
      state: 'created',
    });
  });

  it('are complete for a container with hardly any settings', async () => {
    const bare = await hostWith({ config: {}, records: 'rootfs-kib \n' });
    expect(await factsOf(bare)).toMatchObject({
      processes: 0,
      cgroupPath: '',
      noNewPrivileges: false,
      terminal: false,
      rootfs: { kind: 'directory', path: '/b/rootfs' },
      rootfsSize: 0,
      bindMounts: [],
      joinedNamespaces: [],
    });
  });

  it('are refused for an id that could mean something else, before anything is run', async () => {
    const host = await hostWith();
    await expect(readContainerFacts(host, '/run/runc', '../shop')).rejects.toThrow(InvalidInput);
    expect(host.commands).toEqual([]);
  });

  it('are refused for an absent container, with the host and runc root in the message', async () => {
    const stderr = 'container does not exist';
    const host = fakeHost('a', () => ({ exitCode: 1, stderr }));
    await expect(readContainerFacts(host, '/run/runc', 'shop')).rejects.toThrow(
      'there is no container shop on a (runc --root /run/runc)',
    );
  });
});
