import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DockerMount, DockerPlan } from '../../../engine/model/docker.ts';
import { bytes } from '../../../engine/model/units.ts';
import { type CreatedContainer, createOnDestination } from '../../../transport/docker/create.ts';
import { dockerApi } from '../../../transport/docker/docker-api.ts';
import { container, docker as facts } from '../../fakes/facts.ts';
import { type Answers, type FakeDocker, fakeDocker } from '../../fakes/fake-docker.ts';
import { planFor } from '../plan.ts';
import { ID, IMAGE_ID, inspected } from './inspected.ts';

const NEW = 'ce'.repeat(32);
const TEMPORARY = 'precopy-20260101T000000Z-ab12cd';
const image = (Id: string): object => ({ Id, RepoTags: [], RootFS: { Layers: [] } });
const network = {
  Id: 'n',
  Name: 'app',
  Driver: 'bridge',
  Internal: true,
  Attachable: false,
  EnableIPv6: false,
  Options: { mtu: '1400' },
  Labels: { tier: 'front' },
  IPAM: { Driver: 'default', Options: {}, Config: [{ Subnet: '172.30.0.0/24', IPRange: '172.30.0.0/25' }] },
};
const volume = (Name: string): object => ({
  Name,
  Driver: 'local',
  Mountpoint: `/v/${Name}/_data`,
  Scope: 'local',
  Options: { type: 'tmpfs' },
  Labels: { kept: 'yes' },
});
const mount = (kind: DockerMount['kind'], name: string, source: string): DockerMount => ({
  kind,
  name,
  driver: 'local',
  source,
  destination: '/x',
  writable: true,
  reachableFromAll: false,
  size: bytes(0),
});

describe('a container made on the destination', () => {
  let directory: string;
  let source: FakeDocker;
  let destination: FakeDocker;

  beforeEach(async () => {
    directory = await mkdtemp(`${tmpdir()}/create-`);
    source = await fakeDocker({
      [`GET /containers/${ID}/json`]: { body: inspected() },
      'GET /networks/app': { body: network },
      'GET /volumes/data': { body: volume('data') },
      'GET /images/shop:2/json': { body: image(IMAGE_ID) },
    });
  });
  afterEach(async () => {
    await source.close();
    await destination.close();
    await rm(directory, { recursive: true });
  });

  const create = async (
    answers: Answers,
    plan: Partial<DockerPlan> = {},
    mounts: readonly DockerMount[] = [],
  ): Promise<CreatedContainer> => {
    destination = await fakeDocker({
      [`POST /containers/create?name=${TEMPORARY}`]: { status: 201, body: { Id: NEW, Warnings: [] } },
      [`POST /containers/${NEW}/rename?name=shop`]: { status: 204 },
      'POST /networks/back/connect': {},
      [`GET /images/${IMAGE_ID}/json`]: { body: image(IMAGE_ID) },
      [`GET /containers/${NEW}/json`]: { body: inspected({ rest: { Id: NEW } }) },
      'GET /info': {
        body: {
          ServerVersion: '26.1.5',
          Driver: 'overlay2',
          CgroupDriver: 'cgroupfs',
          DockerRootDir: '/data/docker',
          Runtimes: {},
          Plugins: { Volume: ['local'] },
        },
      },
      ...answers,
    });
    const [app] = facts().networks;
    const docker = facts({
      name: 'shop',
      image: { id: IMAGE_ID, identity: '1d'.repeat(32), name: 'shop:2', layers: [] },
      networks: app === undefined ? [] : [{ ...app, name: 'back', address: '172.31.0.2' }, app],
      mounts,
    });
    const chosen: DockerPlan = {
      shipImage: false,
      layersPresent: 0,
      createNetworks: [],
      mounts: mounts.map(({ name }) => ({ name, fate: 'copy' })),
      tcp: 'close',
      attach: 'restore',
      runcRoot: '/run/docker/runtime-runc/moby',
      removeSource: false,
      ...plan,
    };
    return createOnDestination(
      { host: source.host, docker: dockerApi(source.host) },
      { host: destination.host, docker: dockerApi(destination.host) },
      planFor(container().rootfs, {
        container: container({ id: ID, docker }),
        docker: chosen,
        destinationDirectory: directory,
      }),
    );
  };
  const noted = async (): Promise<readonly string[]> =>
    (await readFile(`${directory}/made-docker`, 'utf8'))
      .trimEnd()
      .split('\n')
      .map((line) => {
        const { kind, name }: { kind: string; name: string } = JSON.parse(line);
        return `${kind} ${name}`;
      });
  const bodyOf = (path: string): unknown => destination.calls.find((call) => call.path === path)?.body;

  it('is noted under a temporary name, and then gets its own', async () => {
    const made = await create({});
    expect(made).toMatchObject({
      id: NEW,
      upper: '/var/lib/docker/overlay2/aa/diff',
      directory: `/data/docker/containers/${NEW}`,
      restartPolicy: { Name: 'on-failure', MaximumRetryCount: 3 },
    });
    expect(await noted()).toEqual([`container ${TEMPORARY}`, `container ${NEW}`]);
    expect(destination.changes()).toEqual([
      `POST /containers/create?name=${TEMPORARY}`,
      `POST /containers/${NEW}/rename?name=shop`,
      'POST /networks/back/connect',
    ]);
    expect(bodyOf('/networks/back/connect')).toMatchObject({
      Container: NEW,
      EndpointConfig: { IPAMConfig: { IPv4Address: '172.31.0.2' }, Aliases: ['deep'] },
    });
    expect(source.changes()).toEqual([]);
  });

  it('is noted before Docker answers', async () => {
    const lost = { [`POST /containers/create?name=${TEMPORARY}`]: { cut: true, body: { Id: NEW } } };
    await expect(create(lost)).rejects.toThrow('did not answer');
    expect(await noted()).toEqual([`container ${TEMPORARY}`]);
  });

  it('gets its networks created with the settings of the source', async () => {
    await create(
      { 'POST /networks/create': { status: 201, body: { Id: 'n' } } },
      { createNetworks: ['app'] },
    );
    expect((await noted())[0]).toBe('network app');
    expect(bodyOf('/networks/create')).toMatchObject({
      Name: 'app',
      Driver: 'bridge',
      Internal: true,
      Options: { mtu: '1400' },
      Labels: { tier: 'front' },
      IPAM: network.IPAM,
    });
  });

  it('uses a network that appeared meanwhile, without a note', async () => {
    await create({ 'GET /networks/app': { body: network } }, { createNetworks: ['app'] });
    expect(await noted()).not.toContain('network app');
    expect(destination.changes()).not.toContain('POST /networks/create');
  });

  it('gets its volumes created with the settings of the source, unless they exist', async () => {
    const data = mount('volume', 'data', '/v/data/_data');
    const made = await create(
      { 'POST /volumes/create': { status: 201, body: { ...volume('data'), Mountpoint: '/w/data' } } },
      {},
      [data],
    );
    expect(made.mounts).toEqual([{ mount: data, fate: 'copy', path: '/w/data' }]);
    expect((await noted())[0]).toBe('volume data');
    expect(bodyOf('/volumes/create')).toEqual({
      Name: 'data',
      Driver: 'local',
      DriverOpts: { type: 'tmpfs' },
      Labels: { kept: 'yes' },
    });
    await destination.close();
    await rm(`${directory}/made-docker`);
    await create({ 'GET /volumes/data': { body: volume('data') } }, {}, [data]);
    expect(await noted()).not.toContain('volume data');
  });

  it.each([
    ['a directory', 'from', 'isDirectory'],
    ['a file', 'from/file', 'isFile'],
  ] as const)('finds %s at the path of a bind mount', async (_, name, is) => {
    await source.host.run({ argv: ['sh', '-c', 'mkdir "$1" && touch "$1/file"', 'sh', `${directory}/from`] });
    // Both hosts are this machine, so the source's paths are below a root of their own.
    const path = `${directory}/deep/er/${name}`;
    const { probe } = source.host;
    source.host.probe = (command, signal) =>
      probe({ ...command, argv: ['test', '-d', `${directory}/${name}`] }, signal);
    await create({}, {}, [mount('bind', path, path)]);
    expect((await noted())[0]).toBe(`directory ${directory}/deep`);
    expect((await stat(path))[is]()).toBe(true);
  });

  describe('refers to its image by', () => {
    const imageOf = (): unknown => {
      const body = bodyOf(`/containers/create?name=${TEMPORARY}`);
      return typeof body === 'object' && body !== null ? Reflect.get(body, 'Image') : undefined;
    };

    it('the name, where it means the same image', async () => {
      await create({ 'GET /images/shop:2/json': { body: image(IMAGE_ID) } });
      expect(imageOf()).toBe('shop:2');
    });

    it('the id, where the name means another image', async () => {
      await create(
        { 'GET /images/shop:2/json': { body: image(`sha256:${'7'.repeat(64)}`) } },
        { shipImage: true },
      );
      expect(imageOf()).toBe(IMAGE_ID);
      expect(destination.changes()).not.toContain(`POST /images/${IMAGE_ID}/tag?repo=shop&tag=2`);
    });

    it('the id, where the image exists without the name', async () => {
      await create({});
      expect(imageOf()).toBe(IMAGE_ID);
    });

    it('the name, which a shipped image gets', async () => {
      await create(
        { [`POST /images/${IMAGE_ID}/tag?repo=shop&tag=2`]: { status: 201 } },
        { shipImage: true },
      );
      expect(imageOf()).toBe('shop:2');
      expect((await noted())[0]).toBe('image shop:2');
    });

    it('the id, where the name means a newer image on the source', async () => {
      await source.close();
      source = await fakeDocker({
        [`GET /containers/${ID}/json`]: { body: inspected() },
        'GET /images/shop:2/json': { body: image(`sha256:${'7'.repeat(64)}`) },
      });
      await create({}, { shipImage: true });
      expect(imageOf()).toBe(IMAGE_ID);
    });
  });
});
