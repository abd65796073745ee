import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defaultPolicy } from '../../engine/core/rounds/default-policy.ts';
import type { DockerFacts, DockerPlace, DockerPlan } from '../../engine/model/docker.ts';
import type { Plan } from '../../engine/model/plan.ts';
import { bytes } from '../../engine/model/units.ts';
import type { Host } from '../../engine/ports/host.ts';
import { createOnDestination } from '../../transport/docker/create.ts';
import { readDestinationFacts } from '../../transport/docker/destination-facts.ts';
import { dockerApi } from '../../transport/docker/docker-api.ts';
import { readDockerFacts } from '../../transport/docker/facts.ts';
import { readHostDaemon } from '../../transport/docker/host-daemon.ts';
import { planSetup, setUpHost } from '../../transport/docker/host-setup.ts';
import { identityOf } from '../../transport/docker/image-identity.ts';
import { ImageInspect } from '../../transport/docker/inspect.ts';
import { noteMadeObject, removeMadeObjects } from '../../transport/docker/made-objects.ts';
import { sshLink } from '../../transport/link/ssh-link.ts';
import { container } from '../fakes/facts.ts';
import { clearDocker } from './docker.ts';
import { openHosts, sh } from './hosts.ts';
import { providedLab } from './provided.ts';

const LAB_IMAGE = 'precopy-lab';
const DIRECTORY = '/run/precopy/place';
const MIB = 1024 ** 2;

/** A container with about everything a container can have, on two networks. */
const shop = [
  'docker network create --subnet 172.30.0.0/24 --gateway 172.30.0.1 --label tier=front -o com.docker.network.bridge.name=precopy0 app',
  'docker network create --subnet 172.31.0.0/24 back',
  'docker volume create --label kept=yes data',
  [
    'docker run -d --name shop --hostname counter --network app --ip 172.30.0.10 --network-alias web',
    '-p 8080:80 -p 127.0.0.1:8081:81 -p 90/udp -v data:/data:ro -v /cache -v /srv/shop:/srv',
    '--label team=blue -e COLOUR=green --restart on-failure:3 --memory 100m --pids-limit 50 --cpus 0.5',
    '--ulimit nofile=100:200 --cap-add NET_ADMIN --cap-drop MKNOD --security-opt seccomp=unconfined',
    '--tmpfs /scratch:size=1m --shm-size 8m --dns 10.9.8.7 --add-host other:10.1.1.1 --stop-signal INT --stop-timeout 7',
    '--health-cmd true --health-interval 1h --log-opt max-size=1m --user 0:0 --workdir /srv -i',
    '--read-only --sysctl net.ipv4.ip_unprivileged_port_start=0 --entrypoint sh "$1" -c "sleep 100000"',
  ].join(' '),
  'docker network connect --alias deep back shop',
  'head -c 300000 /dev/zero >/var/lib/docker/volumes/data/_data/file',
].join('; ');

/** Everything that Docker has, as lines. */
const inventory = (host: Host): Promise<string> =>
  sh(
    host,
    [
      'docker ps -a --no-trunc --format "container {{.ID}} {{.Names}}"',
      'docker network ls -q --no-trunc',
      'docker volume ls -q',
      'docker image ls -a --no-trunc --format "{{.ID}} {{.Repository}}:{{.Tag}}"',
      'ls /srv /var/lib/docker/overlay2',
    ].join('; '),
  );

/** An image of two layers upon the lab's own. */
const shopImage = [
  'layer() { docker create --name layer "$1" sh && docker cp /etc/"$2" layer:/"$2" && docker commit layer "$3" && docker rm layer; }',
  'layer "$1" hostname shop:1 && layer shop:1 hosts shop:2',
].join('; ');

const setUp = async (host: Host): Promise<void> => {
  const change = planSetup(await readHostDaemon(host));
  if (change !== undefined) await setUpHost(host, change);
};

const clear = async (host: Host): Promise<void> => {
  await clearDocker(host);
  await sh(host, 'rm -rf /srv/shop /run/precopy');
};

const record = z.record(z.string(), z.unknown());
const Inspected = z.array(
  z.object({
    Image: z.string(),
    Config: record,
    HostConfig: record,
    Mounts: z.array(record),
    NetworkSettings: z.object({ Networks: z.record(z.string(), record) }),
  }),
);

describe('the place of a Docker container', () => {
  const { a, b } = openHosts();
  const here = { host: a, docker: dockerApi(a) };
  const there = { host: b, docker: dockerApi(b) };
  let facts: DockerFacts;
  let id: string;
  let before: string;

  beforeAll(async () => {
    await Promise.all([a, b].map(clear));
    await Promise.all([sh(a, `set -e; ${shop}`, LAB_IMAGE), setUp(b)]);
    ({ id, facts } = await readDockerFacts(a, here.docker, 'shop'));
    before = await inventory(b);
  });
  afterEach(async () => {
    await removeMadeObjects(b, there.docker, DIRECTORY);
    await sh(b, 'rm -rf /run/precopy');
    expect(await inventory(b)).toBe(before);
  });
  afterAll(async () => {
    await Promise.all([a, b].map(clear));
    await Promise.all([a.close(), b.close()]);
  });

  const planOf = (docker: DockerFacts, changed: Partial<DockerPlan> = {}): Plan => ({
    migration: '20260101T000000Z-ab12cd',
    container: container({ id, docker }),
    from: 'a',
    to: 'b',
    address: providedLab().addresses.b,
    policy: defaultPolicy,
    pages: {
      channel: 'ssh',
      ports: [914],
      cipher: 'aes128-gcm@openssh.com',
      compression: { kind: 'none', reason: { kind: 'asked' } },
    },
    sourceDirectory: DIRECTORY,
    destinationDirectory: DIRECTORY,
    rootfs: container().rootfs,
    copyLower: [],
    imagesNeeded: bytes(0),
    docker: {
      shipImage: false,
      layersPresent: 0,
      createNetworks: ['app', 'back'],
      mounts: docker.mounts.map(({ name }) => ({ name, fate: 'copy' })),
      tcp: 'close',
      attach: 'restore',
      runcRoot: '/run/docker/runtime-runc/moby',
      removeSource: false,
      ...changed,
    },
    findings: [],
  });
  const place = (changed: Partial<DockerFacts> = {}): Promise<DockerPlace> =>
    readDestinationFacts(b, there.docker, { ...facts, ...changed });
  const inspect = async (host: Host): Promise<z.infer<typeof Inspected>[number]> => {
    const [found] = Inspected.parse(JSON.parse(await sh(host, 'docker inspect shop')));
    if (found === undefined) throw new Error('no shop');
    return found;
  };

  it('is asked for by all that must move along', async () => {
    expect((await readDockerFacts(a, here.docker, id.slice(0, 10))).id).toBe(id);
    await expect(readDockerFacts(a, here.docker, 'no/such')).rejects.toThrow('no container no/such');
    expect(facts).toMatchObject({ name: 'shop', restartPolicy: 'on-failure', networking: 'networks' });
    expect(facts.image.layers).toHaveLength(1);
    expect(facts.networks.map(({ name, address, addressFixed }) => [name, address, addressFixed])).toEqual([
      ['app', '172.30.0.10', true],
      ['back', '172.31.0.2', false],
    ]);
    expect(facts.ports.map(({ hostAddress, hostPort }) => [hostAddress, hostPort])).toEqual([
      ['', 8080],
      ['127.0.0.1', 8081],
      ['', expect.any(Number)],
    ]);
    expect(facts.mounts.map(({ kind, destination, writable }) => [kind, destination, writable])).toEqual([
      ['volume', '/cache', true],
      ['volume', '/data', false],
      ['bind', '/srv', true],
    ]);
    expect(facts.mounts[1]?.size).toBeGreaterThanOrEqual(300_000);
  });

  it('is free on a host that has the image and the runtime', async () => {
    expect(await place()).toEqual({
      engine: facts.engine,
      wrapper: 'ready',
      ctr: true,
      nameTaken: false,
      image: 'present',
      imageNamedAlike: undefined,
      layersPresent: 1,
      networks: ['app', 'back'].map((name) => ({ name, state: 'absent', detail: '' })),
      takenPorts: [],
      mounts: facts.mounts.map(({ name }) => ({ name, state: 'absent' })),
    });
  });

  it('is not free where others are', async () => {
    const taken = [
      'docker create --name shop "$1" sh',
      'docker network create --subnet 172.29.0.0/16 app',
      'docker network create --subnet 172.31.0.128/25 other',
      'docker volume create data && touch /var/lib/docker/volumes/data/_data/mine',
      'mkdir /srv/shop',
    ];
    await sh(b, `{ ${taken.join('; ')}; } >/dev/null`, LAB_IMAGE);
    const perl =
      'my $s = IO::Socket::INET->new(LocalAddr => "127.0.0.1:8080", Listen => 1) or die; print qq(up\\n); sleep 99';
    const listener = await b.start({ argv: ['perl', '-MIO::Socket::INET', '-e', `$| = 1; ${perl}`] });
    await listener.lines[Symbol.asyncIterator]().next();
    const found = await place();
    await listener.kill('KILL');
    await sh(b, 'docker rm shop; docker network rm app other; docker volume rm data; rmdir /srv/shop');
    expect(found).toMatchObject({ nameTaken: true, takenPorts: [{ hostPort: 8080 }] });
    expect(found.networks.map(({ state, detail }) => [state, detail])).toEqual([
      ['conflict', 'its subnet is 172.29.0.0/16 on the destination, 172.30.0.0/24 on the source'],
      ['conflict', 'its subnet 172.31.0.0/24 overlaps 172.31.0.128/25 of the network other'],
    ]);
    expect(found.mounts.map(({ state }) => state)).toEqual(['absent', 'has-content', 'empty']);
  });

  it('is taken by the same container, and given back without a trace', async () => {
    await sh(b, 'mkdir -p "$1"', DIRECTORY);
    const made = await createOnDestination(here, there, planOf(facts));
    const [mine, its] = await Promise.all([inspect(a), inspect(b)]);
    const { MacAddress, ...config } = its.Config;
    expect(config).toEqual(mine.Config);
    expect(MacAddress).toBe('02:42:ac:1e:00:0a');
    expect(its.HostConfig).toEqual({
      ...mine.HostConfig,
      Runtime: 'precopy',
      RestartPolicy: { Name: 'no', MaximumRetryCount: 0 },
      // Docker's own way of saying the same.
      OomKillDisable: false,
      PortBindings: {
        '80/tcp': [{ HostIp: '', HostPort: '8080' }],
        '81/tcp': [{ HostIp: '127.0.0.1', HostPort: '8081' }],
        '90/udp': [{ HostIp: '', HostPort: String(facts.ports[2]?.hostPort) }],
      },
      Mounts: [{ Type: 'volume', Source: facts.mounts[0]?.name, Target: '/cache' }],
    });
    expect(its.NetworkSettings.Networks).toMatchObject({
      app: { IPAMConfig: { IPv4Address: '172.30.0.10' }, Aliases: ['web'], MacAddress: '02:42:ac:1e:00:0a' },
      // Nobody asked for an address in it: Docker chooses one again.
      back: { Aliases: ['deep'] },
    });
    const networks =
      'docker network inspect -f "{{.Driver}} {{json .IPAM}} {{json .Options}} {{json .Labels}}" app back';
    expect(await sh(b, networks)).toBe(await sh(a, networks));
    const volumes =
      'docker volume inspect -f "{{.Driver}} {{json .Options}} {{json .Labels}} {{.Mountpoint}}" data "$1"';
    const cache = facts.mounts[0]?.name ?? '';
    expect(await sh(b, volumes, cache)).toBe(await sh(a, volumes, cache));
    expect(await sh(b, 'test -d "$1" && test -d "$2" && test -d /srv/shop', made.upper, made.directory)).toBe(
      '',
    );
    expect(await place()).toMatchObject({
      nameTaken: true,
      networks: [{ state: 'fits' }, { state: 'fits' }],
    });
    await removeMadeObjects(b, there.docker, DIRECTORY);
    expect(await inventory(b)).toBe(before);
  });

  describe('an image that is not there', () => {
    const link = sshLink({ source: a, destination: b, sshPort: 22 });
    let shopFacts: DockerFacts;
    beforeAll(async () => {
      await sh(a, shopImage, LAB_IMAGE);
      const image = await here.docker.get('/images/shop:2/json', ImageInspect);
      const layers = image.RootFS.Layers ?? [];
      shopFacts = { ...facts, image: { id: image.Id, identity: identityOf(image), name: 'shop:2', layers } };
    });
    // What the key is good for lies in the directory of the destination, which goes after each test.
    beforeEach(async () => {
      await Promise.all([a, b].map((host) => sh(host, 'rm -rf "$1" && mkdir -p "$1"', DIRECTORY)));
      await link.open(planOf(shopFacts), new AbortController().signal);
    });
    afterEach(() => link.close());

    const ship = async (layersPresent: number): Promise<number> => {
      const plan = planOf(shopFacts, { shipImage: true, layersPresent });
      await noteMadeObject(b, DIRECTORY, { kind: 'image', name: shopFacts.image.id });
      return (await link.shipImage(plan)).sent;
    };

    it('comes without the layers that are', async () => {
      const { image } = shopFacts;
      expect(await place({ image })).toMatchObject({ image: 'absent', layersPresent: 1 });
      expect(await ship(1)).toBeLessThan(MIB);
      expect(await place({ image })).toMatchObject({ image: 'present', layersPresent: 3 });
      await createOnDestination(here, there, planOf(shopFacts, { shipImage: true }));
      expect(await inspect(b)).toMatchObject({ Image: image.id, Config: { Image: 'shop:2' } });
      // Of the same content as on the source, whatever came over.
      const content = 'docker cp shop:/hosts - | sha256sum';
      expect(await sh(b, content)).toBe(
        await sh(
          a,
          `docker create --name content shop:2 sh >/dev/null; ${content.replace('shop:', 'content:')}; docker rm content >/dev/null`,
        ),
      );
    });

    it('does not come when it is called off', async () => {
      const abort = new AbortController();
      const plan = planOf(shopFacts, { shipImage: true, layersPresent: 0 });
      const shipping = link.shipImage(plan, abort.signal);
      abort.abort();
      await expect(shipping).rejects.toThrow('was aborted');
      expect(await sh(a, 'pgrep -x docker; true')).toBe('');
    });
  });
});
