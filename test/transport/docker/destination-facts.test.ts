import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DockerFacts, DockerMount, DockerPlace, PublishedPort } from '../../../engine/model/docker.ts';
import { bytes } from '../../../engine/model/units.ts';
import type { Host } from '../../../engine/ports/host.ts';
import { readDestinationFacts } from '../../../transport/docker/destination-facts.ts';
import { dockerApi } from '../../../transport/docker/docker-api.ts';
import { localHost } from '../../../transport/host/local-host.ts';
import { dockerEngine, docker as dockerFacts, IMAGE } from '../../fakes/facts.ts';
import { type Answers, type FakeDocker, fakeDocker } from '../../fakes/fake-docker.ts';
import { inspected } from './inspected.ts';

const facts = dockerFacts();

const info = {
  ServerVersion: '26.1.5',
  Driver: 'overlay2',
  CgroupDriver: 'cgroupfs',
  DockerRootDir: '/var/lib/docker',
  Runtimes: {},
  Plugins: { Volume: ['local'] },
};

const network = (Name: string, Subnet: string, changed: object = {}): object => ({
  Id: `id-of-${Name}`,
  Name,
  Driver: 'bridge',
  Internal: false,
  Attachable: false,
  EnableIPv6: false,
  Options: {},
  Labels: {},
  IPAM: { Driver: 'default', Options: {}, Config: [{ Subnet, Gateway: Subnet.replace(/0\/\d+$/, '1') }] },
  ...changed,
});

const image = (digit: string, ...layers: readonly string[]): object => {
  return { Id: `sha256:${digit.repeat(64)}`, RepoTags: [], RootFS: { Type: 'layers', Layers: layers } };
};

const mount = (kind: 'volume' | 'bind', name: string, driver = 'local'): DockerMount => ({
  kind,
  name,
  driver,
  source: name,
  destination: '/data',
  writable: true,
  reachableFromAll: false,
  size: bytes(0),
});

/** The answers of a Docker that has only the image and the network. */
const ready: Answers = {
  'GET /info': { body: info },
  [`GET /images/${IMAGE}/json`]: { body: { ...image('0'), Id: IMAGE } },
  'GET /images/json?all=true': { body: [] },
  'GET /networks': { body: [network('bridge', '172.17.0.0/16'), network('app', '172.30.0.0/16')] },
  'GET /networks/id-of-app': { body: network('app', '172.30.0.0/16', { Containers: {} }) },
};

describe('what the destination has for a container', () => {
  let docker: FakeDocker | undefined;
  let directory: string;

  beforeEach(async () => {
    directory = await mkdtemp(`${tmpdir()}/place-`);
  });
  afterEach(async () => {
    await docker?.close();
    await rm(directory, { recursive: true });
  });

  /** A host without Docker, with these listeners only. */
  const withListeners = (host: Host, listeners: string): Host => ({
    ...host,
    run: async (command, signal) => {
      const answer = (stdout: string) => ({ exitCode: 0, stdout, stderr: '' });
      if (command.argv[0] === 'ss') return answer(listeners);
      if (['precopy-docker-daemon', 'precopy-docker-exec-root'].includes(command.argv[3] ?? ''))
        return answer('');
      return host.run(command, signal);
    },
  });
  const placeOf = async (
    answers: Answers = {},
    changed: Partial<DockerFacts> = {},
    listeners = '',
  ): Promise<DockerPlace> => {
    docker = await fakeDocker({ ...ready, ...answers });
    const host = withListeners(docker.host, listeners);
    const place = await readDestinationFacts(host, dockerApi(host), { ...facts, ...changed });
    expect(docker.changes()).toEqual([]);
    return place;
  };

  it('is complete where everything fits', async () => {
    expect(await placeOf()).toEqual({
      engine: dockerEngine({ cgroupDriver: 'cgroupfs' }),
      wrapper: 'missing',
      ctr: expect.any(Boolean),
      nameTaken: false,
      image: 'present',
      imageNamedAlike: undefined,
      layersPresent: facts.image.layers.length,
      networks: [{ name: 'app', state: 'fits', detail: '' }],
      takenPorts: [],
      mounts: [],
    });
  });

  it('is nothing without Docker', async () => {
    const host = localHost();
    const silent = { ...host, dial: () => host.dial(`${directory}/docker.sock`) };
    expect(await readDestinationFacts(silent, dockerApi(silent), facts)).toMatchObject({
      engine: undefined,
      wrapper: 'missing',
      image: 'absent',
    });
  });

  it.each([
    ['/web', true],
    // Docker finds a container by the beginning of its id too.
    ['/other', false],
  ])('includes whether another container has the name (%s)', async (Name, nameTaken) => {
    const body = inspected({ rest: { Name } });
    expect(await placeOf({ 'GET /containers/web/json': { body } })).toMatchObject({ nameTaken });
  });

  it.each([
    ['no other image', [], 0],
    ['one with the lowest two', [image('1', 'sha256:01', 'sha256:02', 'sha256:99')], 2],
    ['several', [image('1', 'sha256:01'), image('2', 'sha256:01', 'sha256:02'), image('3')], 2],
    ['one that has them upon others', [image('1', 'sha256:99', 'sha256:01', 'sha256:02')], 0],
    ['one made of this one', [image('1', 'sha256:01', 'sha256:02', 'sha256:03', 'sha256:04')], 3],
  ])('includes the number of layers that exist without the image: %s', async (_, images, layersPresent) => {
    const listed = images.map((each) => ({ body: each, ...each }));
    const answers = Object.fromEntries(
      listed.map(({ body }) => [`GET /images/${Reflect.get(body, 'Id')}/json`, { body }]),
    );
    const absent = { [`GET /images/${IMAGE}/json`]: { status: 404, body: { message: 'no such image' } } };
    const place = await placeOf({ ...absent, ...answers, 'GET /images/json?all=true': { body: listed } });
    expect(place).toMatchObject({ image: 'absent', layersPresent });
  });

  it('includes the other image that has the same name', async () => {
    const other = image('7');
    const place = await placeOf({ 'GET /images/nginx:1.27/json': { body: other } });
    expect(place).toMatchObject({ image: 'present', imageNamedAlike: `sha256:${'7'.repeat(64)}` });
  });

  describe('as to a network', () => {
    const stateOf = async (...networks: readonly object[]): Promise<readonly unknown[]> => {
      const { networks: places } = await placeOf({ 'GET /networks': { body: networks } });
      return places.map(({ state, detail }) => [state, detail]);
    };

    it('is absent where no other network overlaps', async () => {
      expect(await stateOf(network('bridge', '172.17.0.0/16'))).toEqual([['absent', '']]);
    });

    it.each(['172.30.5.0/24', '172.0.0.0/8', '172.30.0.0/16'])(
      'is a conflict with the subnet %s',
      async (subnet) => {
        expect(await stateOf(network('other', subnet))).toEqual([
          ['conflict', `its subnet 172.30.0.0/16 overlaps ${subnet} of the network other`],
        ]);
      },
    );

    it.each([
      [
        'another driver',
        { Driver: 'macvlan' },
        'its driver is macvlan on the destination, bridge on the source',
      ],
      [
        'another subnet',
        { IPAM: { Driver: 'default', Config: [{ Subnet: '10.1.0.0/16' }] } },
        'its subnet is 10.1.0.0/16 on the destination, 172.30.0.0/16 on the source',
      ],
      [
        'another gateway',
        { IPAM: { Driver: 'default', Config: [{ Subnet: '172.30.0.0/16', Gateway: '172.30.0.254' }] } },
        'its gateway is 172.30.0.254 on the destination, 172.30.0.1 on the source',
      ],
      [
        'no subnet',
        { IPAM: { Driver: 'default', Config: null } },
        'its subnet is not set on the destination, 172.30.0.0/16 on the source',
      ],
    ])('is a conflict with the same name and %s', async (_, changed, detail) => {
      expect(await stateOf(network('app', '172.30.0.0/16', changed))).toEqual([['conflict', detail]]);
    });

    it('fits where Docker does not show the gateway', async () => {
      const IPAM = { Driver: 'default', Config: [{ Subnet: '172.30.0.0/16' }] };
      expect(await stateOf(network('app', '172.30.0.0/16', { IPAM }))).toEqual([['fits', '']]);
    });

    it('includes the container that has the address', async () => {
      const Containers = { abc: { Name: 'db', IPv4Address: '172.30.0.10/16' } };
      const body = network('app', '172.30.0.0/16', { Containers });
      expect((await placeOf({ 'GET /networks/id-of-app': { body } })).networks).toEqual([
        { name: 'app', state: 'address-taken', detail: '172.30.0.10 belongs to the container db' },
      ]);
    });
  });

  describe('as to ports', () => {
    const port = (hostAddress: string, hostPort = 80, protocol = 'tcp'): PublishedPort => {
      return { protocol, hostAddress, hostPort, containerPort: 80 };
    };
    const listening = (local: string, protocol = 'tcp'): string => {
      const state = protocol === 'tcp' ? 'LISTEN' : 'UNCONN';
      return `${protocol}   ${state}  0      4096         ${local}        0.0.0.0:*\n`;
    };

    it.each([
      ['0.0.0.0:80', port(''), true],
      ['[::]:80', port(''), true],
      ['*:80', port('10.0.0.1'), true],
      ['127.0.0.1:80', port(''), true],
      ['127.0.0.1:80', port('127.0.0.1'), true],
      ['127.0.0.53%lo:80', port('127.0.0.53'), true],
      ['[::1]:80', port('::1'), true],
      ['127.0.0.1:80', port('10.0.0.1'), false],
      ['0.0.0.0:8080', port(''), false],
      ['0.0.0.0:80', port('', 80, 'udp'), false],
    ])('a listener at %s', async (local, wanted, isInUse) => {
      const { takenPorts } = await placeOf(
        {},
        { ports: [wanted] },
        listening('10.9.9.9:22') + listening(local),
      );
      expect(takenPorts).toEqual(isInUse ? [wanted] : []);
    });

    it('includes ports of udp', async () => {
      const wanted = port('', 53, 'udp');
      const listeners = listening('0.0.0.0:53', 'udp');
      expect((await placeOf({}, { ports: [wanted] }, listeners)).takenPorts).toEqual([wanted]);
    });
  });

  describe('as to mounts', () => {
    const volume = (Mountpoint: string): object => {
      return { Name: 'data', Driver: 'local', Mountpoint, Scope: 'local', Options: null, Labels: null };
    };
    const stateOf = async (mounted: DockerMount, answers: Answers = {}): Promise<string | undefined> =>
      (await placeOf(answers, { mounts: [mounted] })).mounts[0]?.state;

    it.each([
      ['absent', 'none'],
      ['empty', 'empty'],
      ['has-content', 'full'],
      ['has-content', 'full/file'],
    ])('is %s at a path', async (state, path) => {
      await mkdir(`${directory}/empty`);
      await mkdir(`${directory}/full`);
      await writeFile(`${directory}/full/file`, '');
      expect(await stateOf(mount('bind', `${directory}/${path}`))).toBe(state);
    });

    it('is an absent volume, or an absent driver', async () => {
      expect(await stateOf(mount('volume', 'data'))).toBe('absent');
      await docker?.close();
      expect(await stateOf(mount('volume', 'data', 'rexray'))).toBe('driver-missing');
    });

    it('is the content of an existing volume', async () => {
      expect(
        await stateOf(mount('volume', 'data'), { 'GET /volumes/data': { body: volume(directory) } }),
      ).toBe('empty');
      await docker?.close();
      await writeFile(`${directory}/file`, '');
      expect(
        await stateOf(mount('volume', 'data'), { 'GET /volumes/data': { body: volume(directory) } }),
      ).toBe('has-content');
    });
  });
});
