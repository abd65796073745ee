import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DockerFacts } from '../../../engine/model/docker.ts';
import { InvalidInput } from '../../../engine/model/errors.ts';
import { dockerApi } from '../../../transport/docker/docker-api.ts';
import { type DockerContainer, readDockerFacts } from '../../../transport/docker/facts.ts';
import { type FakeDocker, fakeDocker } from '../../fakes/fake-docker.ts';
import { CACHE, ID, IMAGE_ID, inspected } from './inspected.ts';

const info = {
  ServerVersion: '26.1.5',
  Driver: 'overlay2',
  CgroupDriver: 'systemd',
  DockerRootDir: '/var/lib/docker',
  Runtimes: { runc: { path: 'runc' } },
  Plugins: { Volume: ['local'], Network: [] },
};

const network = (changed: object): object => ({
  Id: 'n',
  Name: 'app',
  Driver: 'bridge',
  Internal: false,
  Attachable: false,
  EnableIPv6: false,
  Options: {},
  Labels: {},
  IPAM: { Driver: 'default', Options: {}, Config: [{ Subnet: '172.30.0.0/24', Gateway: '172.30.0.1' }] },
  ...changed,
});

const volume = (Name: string, Scope = 'local'): object => {
  return { Name, Driver: 'local', Mountpoint: `/v/${Name}/_data`, Scope, Options: null, Labels: null };
};

describe('what Docker knows of a container', () => {
  let docker: FakeDocker;
  let directory: string;

  beforeEach(async () => {
    directory = await mkdtemp(`${tmpdir()}/facts-`);
    await mkdir(`${directory}/srv`);
    await writeFile(`${directory}/srv/file`, Buffer.alloc(300_000, 1));
  });
  afterEach(async () => {
    await docker.close();
    await rm(directory, { recursive: true });
  });

  const read = async (
    changed: Parameters<typeof inspected>[0] = {},
    name = 'shop',
    scope = 'local',
  ): Promise<DockerContainer> => {
    const Mounts = [
      { Type: 'bind', Source: `${directory}/srv`, Destination: '/srv', RW: true },
      {
        Type: 'volume',
        Name: 'data',
        Source: '/v/data/_data',
        Destination: '/data',
        Driver: 'local',
        RW: false,
      },
      { Type: 'tmpfs', Destination: '/scratch', RW: true },
    ];
    docker = await fakeDocker({
      'GET /containers/shop/json': { body: inspected({ rest: { Mounts }, ...changed }) },
      [`GET /images/${IMAGE_ID}/json`]: {
        body: {
          Id: IMAGE_ID,
          RepoTags: ['shop:2'],
          RootFS: { Type: 'layers', Layers: ['sha256:1', 'sha256:2'] },
        },
      },
      'GET /networks/a7104b46': { body: network({}) },
      'GET /networks/5f96e355': {
        body: network({ Name: 'back', IPAM: { Driver: 'default', Config: null } }),
      },
      'GET /networks/bridge1': { body: network({ Name: 'bridge', Options: null }) },
      'GET /volumes/data': { body: volume('data', scope) },
      [`GET /volumes/${CACHE}`]: { body: volume(CACHE) },
      'GET /info': { body: info },
    });
    return readDockerFacts(docker.host, dockerApi(docker.host), name);
  };
  const facts = async (...args: Parameters<typeof read>): Promise<DockerFacts> => (await read(...args)).facts;

  it('is complete', async () => {
    const { id, facts } = await read();
    expect(id).toBe(ID);
    expect(facts).toMatchObject({
      engine: { version: '26.1.5', storageDriver: 'overlay2', cgroupDriver: 'systemd' },
      name: 'shop',
      image: { id: IMAGE_ID, name: 'shop:2', layers: ['sha256:1', 'sha256:2'] },
      logDriver: 'json-file',
      restartPolicy: 'on-failure',
      autoRemove: false,
      privileged: false,
      devices: [],
      networking: 'networks',
      tiedTo: [],
    });
    expect(facts.networks).toEqual([
      {
        name: 'app',
        driver: 'bridge',
        isDefault: false,
        subnets: [{ subnet: '172.30.0.0/24', gateway: '172.30.0.1' }],
        subnetChosen: true,
        address: '172.30.0.10',
        addressFixed: true,
      },
      expect.objectContaining({ name: 'back', subnets: [], address: '172.31.0.2', addressFixed: false }),
    ]);
  });

  it('has each port once, whatever the families of addresses', async () => {
    expect((await facts()).ports).toEqual([
      { protocol: 'tcp', hostAddress: '', hostPort: 8080, containerPort: 80 },
      { protocol: 'tcp', hostAddress: '127.0.0.1', hostPort: 8081, containerPort: 81 },
      { protocol: 'udp', hostAddress: '', hostPort: 32768, containerPort: 90 },
    ]);
  });

  it('has the mounts in order of their destination, with their sizes', async () => {
    const { mounts } = await facts();
    expect(mounts.map(({ kind, name, writable }) => [kind, name, writable])).toEqual([
      ['volume', 'data', false],
      ['other', '/scratch', true],
      ['bind', `${directory}/srv`, true],
    ]);
    expect(mounts[2]).toMatchObject({ reachableFromAll: false, destination: '/srv' });
    expect(mounts[2]?.size).toBeGreaterThanOrEqual(300_000);
    expect(mounts[2]?.size).toBeLessThan(400_000);
  });

  it('marks a volume of a global driver as reachable from all hosts', async () => {
    expect((await facts({}, 'shop', 'global')).mounts[0]).toMatchObject({ reachableFromAll: true });
  });

  it.each([
    ['host', { NetworkMode: 'host' }, 'host', 0],
    ['none', { NetworkMode: 'none' }, 'none', 0],
    ["another container's", { NetworkMode: 'container:abc' }, 'another-container', 2],
  ])('includes the kind of networking: %s', async (_, host, networking, count) => {
    const found = await facts({ host });
    expect(found.networking).toBe(networking);
    expect(found.networks).toHaveLength(count);
  });

  it("marks Docker's default network", async () => {
    const bridge = { NetworkID: 'bridge1', IPAddress: '172.17.0.2', MacAddress: '' };
    const found = await facts({ host: { NetworkMode: 'default' }, network: { Networks: { bridge } } });
    expect(found.networks).toMatchObject([{ name: 'bridge', isDefault: true, subnetChosen: false }]);
  });

  it.each([
    [['apparmor=unconfined'], false, true],
    [['apparmor:unconfined'], false, true],
    [['apparmor=shop'], true, false],
    [['seccomp=unconfined'], true, true],
    [null, false, false],
  ])(
    'includes whether the container is unconfined: %j, privileged %s',
    async (SecurityOpt, Privileged, unconfined) => {
      expect(await facts({ host: { SecurityOpt, Privileged } })).toMatchObject({ unconfined });
    },
  );

  it('includes what ties it to other containers or to the host', async () => {
    const found = await facts({
      host: {
        Links: ['/db:/shop/db'],
        VolumesFrom: ['db'],
        PidMode: 'host',
        IpcMode: 'container:db',
        Privileged: true,
        AutoRemove: true,
        Devices: [{ PathOnHost: '/dev/kvm', PathInContainer: '/dev/kvm' }],
        DeviceRequests: [{ Driver: 'nvidia' }],
        RestartPolicy: { Name: '', MaximumRetryCount: 0 },
      },
    });
    expect(found.tiedTo).toEqual([
      '--link /db:/shop/db',
      '--volumes-from db',
      '--pid host',
      '--ipc container:db',
    ]);
    expect(found.devices).toEqual(['/dev/kvm', 'a device request, such as --gpus']);
    expect(found).toMatchObject({ privileged: true, autoRemove: true, restartPolicy: 'no' });
  });

  it('is refused where there is no such container', async () => {
    const error = await read({}, 'other').catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(InvalidInput);
    expect(String(error)).toContain('no container other in Docker on b');
  });
});
