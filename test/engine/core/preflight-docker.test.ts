import { describe, expect, it, test } from 'vitest';
import { defaultDockerRequest } from '../../../engine/core/default-docker-request.ts';
import { assess } from '../../../engine/core/preflight.ts';
import type { DockerFacts, DockerNetwork, DockerPlace, DockerRequest } from '../../../engine/model/docker.ts';
import type { ContainerFacts, HostFacts } from '../../../engine/model/facts.ts';
import type { Finding } from '../../../engine/model/finding.ts';
import { bytes } from '../../../engine/model/units.ts';
import { container, docker, dockerPlace, host, IMAGE, place } from '../../fakes/facts.ts';
import { bind, volume } from './docker-mounts.ts';

interface Changed {
  readonly docker?: Partial<DockerFacts>;
  readonly place?: Partial<DockerPlace>;
  readonly request?: Partial<DockerRequest>;
  readonly container?: Partial<ContainerFacts>;
  readonly destination?: Partial<HostFacts>;
}

const findings = (changed: Changed): readonly Finding[] =>
  assess(
    {
      source: host('blue'),
      destination: host('green', changed.destination),
      container: container({
        id: 'f0'.repeat(32),
        runtime: 'docker',
        docker: docker(changed.docker),
        ...changed.container,
      }),
      place: place({ docker: dockerPlace(changed.place) }),
    },
    { ...defaultDockerRequest, ...changed.request },
  );

const [app] = docker().networks;
const network = (changed: Partial<DockerNetwork>): Partial<DockerFacts> =>
  app === undefined ? {} : { networks: [{ ...app, ...changed }] };

const engine = { version: '26.1.5', storageDriver: 'overlay2', cgroupDriver: 'systemd' } as const;
const http = { protocol: 'tcp', hostAddress: '', hostPort: 8080, containerPort: 80 };
const absent = [{ name: 'app', state: 'absent', detail: '' }] as const;
const OTHER = `sha256:${'cd'.repeat(32)}`;
const ANONYMOUS = '5'.repeat(64);

describe('preflight of a Docker container', () => {
  it('finds nothing where nothing stands in the way', () => {
    expect(findings({})).toEqual([]);
  });

  test.each<[string, Finding['severity'], Changed, readonly string[]]>([
    ['docker-missing', 'error', { place: { engine: undefined, wrapper: 'missing' } }, ['green', 'answer']],
    [
      'docker-missing',
      'error',
      {
        place: { engine: undefined },
        destination: { runtimeVersion: undefined, missingPrograms: ['docker'] },
      },
      ['green', 'not installed'],
    ],
    [
      'docker-too-old',
      'error',
      { place: { engine: { ...engine, version: '19.03.15' } } },
      ['19.03.15', 'green'],
    ],
    ['docker-too-old', 'error', { docker: { engine: { ...engine, version: '20.9.0' } } }, ['20.9.0', 'blue']],
    [
      'docker-too-new',
      'error',
      { place: { engine: { ...engine, version: '28.0.0-rc.1' } } },
      ['28', 'green'],
    ],
    ['docker-version-unknown', 'error', { place: { engine: { ...engine, version: 'dev' } } }, ["'dev'"]],
    [
      'storage-driver',
      'error',
      { docker: { engine: { ...engine, storageDriver: 'btrfs' } } },
      ['btrfs', 'blue'],
    ],
    [
      'storage-driver',
      'error',
      { place: { engine: { ...engine, storageDriver: 'overlayfs' } } },
      ['overlayfs', 'green'],
    ],
    [
      'cgroup-drivers-differ',
      'error',
      { place: { engine: { ...engine, cgroupDriver: 'cgroupfs' } } },
      ['systemd on blue', 'cgroupfs on green'],
    ],
    ['wrapper-missing', 'error', { place: { wrapper: 'missing' } }, ['green']],
    ['wrapper-outdated', 'error', { place: { wrapper: 'outdated' } }, ['green']],
    ['name-taken', 'error', { place: { nameTaken: true } }, ['web', 'green']],
    ['network-of-another-container', 'error', { docker: { networking: 'another-container' } }, ['another']],
    ['tied-to-containers', 'error', { docker: { tiedTo: ['--link db:db'] } }, ['--link db:db']],
    ['devices', 'error', { docker: { devices: ['/dev/kvm'] } }, ['/dev/kvm']],
    ['devices', 'error', { docker: { devices: ['/dev/kvm'], privileged: true } }, ['/dev/kvm']],
    ['privileged', 'warning', { docker: { privileged: true } }, ['privileged']],
    ['auto-remove', 'warning', { docker: { autoRemove: true } }, ['web', '--rm', 'blue']],
    ['logs-move', 'note', { docker: { logDriver: 'json-file' } }, ['docker logs', 'blue']],
    ['logs-move', 'note', { docker: { logDriver: 'local' } }, ['docker logs']],
    ['logs-stay', 'note', { docker: { logDriver: 'journald' } }, ['journald', 'blue']],
    [
      'image-absent',
      'note',
      { place: { image: 'absent', layersPresent: 1 } },
      ['nginx:1.27', 'green', '1 of its 3 layers'],
    ],
    [
      'image-name-other',
      'warning',
      { place: { imageNamedAlike: OTHER } },
      ['nginx:1.27', 'cdcdcdcdcdcd', 'abababababab', 'by id'],
    ],
    ['network-absent', 'error', { place: { networks: absent } }, ['app', 'green']],
    ['network-absent', 'error', { place: { networks: [] } }, ['app', 'green']],
    [
      'network-absent',
      'note',
      { place: { networks: absent }, request: { createNetworks: true } },
      ['app', '172.30.0.0/16', 'made on green'],
    ],
    [
      'network-absent',
      'error',
      {
        docker: network({ driver: 'overlay' }),
        place: { networks: absent },
        request: { createNetworks: true },
      },
      ['app (overlay)', 'green'],
    ],
    [
      'network-conflict',
      'error',
      { place: { networks: [{ name: 'app', state: 'conflict', detail: 'its subnet is 10.0.0.0/8' }] } },
      ['app', 'green', 'its subnet is 10.0.0.0/8'],
    ],
    [
      'address-taken',
      'error',
      { place: { networks: [{ name: 'app', state: 'address-taken', detail: 'by db' }] } },
      ['172.30.0.10', 'green', 'by db'],
    ],
    [
      'address-may-change',
      'note',
      {
        docker: network({ name: 'bridge', isDefault: true, subnetChosen: false, addressFixed: false }),
        place: { networks: [] },
      },
      ['bridge', '172.30.0.10', 'green'],
    ],
    ['network-of-host', 'note', { docker: { networking: 'host', networks: [] } }, ['green', 'port']],
    [
      'port-taken',
      'error',
      { place: { takenPorts: [http, { ...http, hostAddress: '::' }] } },
      ['8080->80/tcp'],
    ],
    ['ports-published', 'note', { docker: { ports: [http] } }, ['8080->80/tcp', 'through blue end']],
    ['tcp-established', 'warning', { container: { establishedTcp: 2 } }, ['2 established', 'will be closed']],
    [
      'tcp-established',
      'note',
      { container: { establishedTcp: 2 }, docker: { networking: 'none', networks: [] } },
      ['2 established', 'will be kept'],
    ],
    ['tcp-peers-stay', 'warning', { request: { tcp: 'keep' } }, ['--tcp keep', 'blue', 'green']],
    [
      'tcp-cannot-be-kept',
      'error',
      {
        docker: network({ subnetChosen: false, addressFixed: false, address: '' }),
        request: { tcp: 'keep' },
      },
      ['--tcp keep', 'green'],
    ],
    ['terminal', 'error', { container: { terminal: true } }, ['web']],
    ['container-paused', 'error', { container: { state: 'paused' } }, ['web']],
    [
      'volume-unknown',
      'error',
      {
        docker: { mounts: [volume()] },
        place: { mounts: [{ name: 'data', state: 'empty' }] },
        request: { mounts: [{ name: 'dta', fate: 'copy' }] },
      },
      ['dta=copy', 'data (at /data)'],
    ],
    [
      'volume-unknown',
      'error',
      { request: { mounts: [{ name: 'dta', fate: 'copy' }] } },
      ['dta=copy', 'has none'],
    ],
    [
      'volume-removed-by-source',
      'error',
      {
        docker: { autoRemove: true, mounts: [volume({ name: ANONYMOUS, reachableFromAll: true })] },
        request: { removeSource: true },
      },
      ['--rm', 'blue'],
    ],
  ])('%s is a finding (%s) that names what was found', (code, severity, changed, named) => {
    const found = findings(changed);
    expect(found.map((finding) => [finding.code, finding.severity])).toEqual([[code, severity]]);
    for (const part of named) expect(found[0]?.message).toContain(part);
    if (severity !== 'note') expect(found[0]?.remedy).toMatch(/^[A-Z].*\.$/);
  });

  it.each([
    ['wrapper-missing', { place: { wrapper: 'missing' } }, 'precopy host setup green'],
    ['wrapper-outdated', { place: { wrapper: 'outdated' } }, 'precopy host setup green'],
    ['name-taken', { place: { nameTaken: true } }, 'docker rename web web-old'],
    ['network-absent', { place: { networks: absent } }, '--create-networks'],
    ['terminal', { container: { terminal: true } }, 'docker run without -t'],
    ['tcp-established', { container: { establishedTcp: 2 } }, '--tcp auto'],
  ] as const)('%s says the very command', (_, changed, command) => {
    expect(findings(changed)[0]?.remedy).toContain(command);
  });

  it('says nothing of pipes, which Docker holds on either host', () => {
    const pipe = { kind: 'pipe' } as const;
    expect(findings({ container: { stdio: [{ kind: 'null' }, pipe, pipe] } })).toEqual([]);
  });

  it('does not mind that --rm removes what --remove-source would', () => {
    expect(findings({ docker: { autoRemove: true }, request: { removeSource: true } })).toEqual([]);
  });

  it('does not mind a name that means the same image', () => {
    expect(findings({ place: { imageNamedAlike: IMAGE } })).toEqual([]);
  });

  it('keeps connections where the address is found anywhere', () => {
    const overlay = network({ driver: 'overlay' });
    expect(findings({ docker: overlay, request: { tcp: 'keep' } })).toEqual([]);
    const [found] = findings({ docker: overlay, container: { establishedTcp: 1 } });
    expect([found?.severity, found?.message]).toEqual(['note', '1 established TCP connection will be kept']);
  });
});

describe('mounts of a Docker container', () => {
  const mounted = (
    mount: DockerFacts['mounts'][number],
    state: DockerPlace['mounts'][number]['state'],
    fate?: DockerRequest['mounts'][number]['fate'],
  ): Changed => ({
    docker: { mounts: [mount] },
    place: { mounts: [{ name: mount.name, state }] },
    request: { mounts: fate === undefined ? [] : [{ name: mount.name, fate }] },
  });
  const shared = { reachableFromAll: true };
  const readOnly = { writable: false };

  it.each([
    ['a local volume that is absent', mounted(volume(), 'absent')],
    ['a local volume that is empty', mounted(volume(), 'empty')],
    ['a volume that both hosts reach', mounted(volume(shared), 'has-content')],
    ['such a volume, not yet used there', mounted(volume(shared), 'absent')],
    ['a bind mount that is absent', mounted(bind(), 'absent')],
    ['a bind mount that both hosts reach', mounted(bind(shared), 'has-content')],
    ['something that is not on any disk', mounted(volume({ kind: 'other', name: '/tmp' }), 'has-content')],
  ])('need no words for %s', (_, changed) => {
    expect(findings(changed)).toEqual([]);
  });

  test.each<[string, Finding['severity'], string, Changed, readonly string[]]>([
    ['volume-has-content', 'error', 'volume', mounted(volume(), 'has-content'), ['data', '/data', 'green']],
    ['volume-has-content', 'error', 'bind', mounted(bind(), 'has-content'), ['/srv/data']],
    ['volume-has-content', 'error', 'read-only bind', mounted(bind(readOnly), 'has-content'), ['/srv/data']],
    ['volume-has-content', 'error', 'volume nobody looked at', { docker: { mounts: [volume()] } }, ['data']],
    ['volume-replaced', 'warning', 'copy', mounted(volume(), 'has-content', 'copy'), ['green', '120.0 MiB']],
    [
      'volume-left-behind',
      'warning',
      'leave',
      mounted(volume(), 'has-content', 'leave'),
      ['120.0 MiB', 'blue'],
    ],
    [
      'volume-left-behind',
      'warning',
      'leave, not measured',
      mounted(volume({ size: bytes(0) }), 'empty', 'leave'),
      ['data', 'blue'],
    ],
    [
      'volume-left-behind',
      'note',
      'read-only',
      mounted(bind(readOnly), 'has-content', 'leave'),
      ['/srv/data'],
    ],
    [
      'volume-said-to-be-shared',
      'warning',
      'local volume',
      mounted(volume(), 'has-content', 'shared'),
      ['120.0 MiB', 'blue'],
    ],
    ['volume-not-there', 'error', 'shared, but absent', mounted(volume(), 'absent', 'shared'), ['green']],
    [
      'volume-not-there',
      'error',
      'left, but absent',
      mounted(bind(), 'absent', 'leave'),
      ['/srv/data', 'green'],
    ],
    ['volume-not-there', 'error', 'not mounted there', mounted(bind(shared), 'empty'), ['green', 'mounted']],
    ['volume-copied-onto-itself', 'error', 'volume', mounted(volume(shared), 'empty', 'copy'), ['data']],
    [
      'volume-copied-onto-itself',
      'error',
      'bind',
      mounted(bind(shared), 'has-content', 'copy'),
      ['/srv/data'],
    ],
    [
      'volume-never-copied',
      'error',
      '/etc',
      mounted(bind({ name: '/etc' }), 'has-content', 'copy'),
      ['/etc'],
    ],
    [
      'volume-never-copied',
      'error',
      "Docker's own",
      mounted(bind({ name: '/var/lib/docker/containers' }), 'absent'),
      ['/var/lib/docker/containers'],
    ],
    [
      'volume-driver-missing',
      'error',
      'driver',
      mounted(volume({ driver: 'rexray' }), 'driver-missing', 'leave'),
      ['rexray', 'green'],
    ],
    [
      'volume-of-host',
      'note',
      'socket',
      mounted(bind({ name: '/var/run/docker.sock', size: bytes(0) }), 'has-content'),
      ['docker.sock', 'green'],
    ],
    [
      'volume-of-host',
      'note',
      '/proc',
      mounted(bind({ name: '/proc', ...readOnly }), 'has-content'),
      ['/proc'],
    ],
    [
      'volume-not-there',
      'error',
      'no socket',
      mounted(bind({ name: '/var/run/docker.sock' }), 'absent'),
      ['docker.sock', 'green'],
    ],
  ])('%s (%s): %s', (code, severity, _, changed, named) => {
    const found = findings(changed);
    expect(found.map((finding) => [finding.code, finding.severity])).toEqual([[code, severity]]);
    for (const part of named) expect(found[0]?.message).toContain(part);
    if (severity === 'error') expect(found[0]?.remedy).toMatch(/^[A-Z].*\.$/);
  });

  it('have one fate with what lies below them', () => {
    const [above, below] = [bind({ name: '/srv' }), bind({ name: '/srv/cache', destination: '/cache' })];
    const found = findings({
      docker: { mounts: [above, below] },
      place: {
        mounts: [
          { name: '/srv', state: 'has-content' },
          { name: '/srv/cache', state: 'has-content' },
        ],
      },
      request: {
        mounts: [
          { name: '/srv', fate: 'copy' },
          { name: '/srv/cache', fate: 'leave' },
        ],
      },
    });
    expect(found.map(({ code }) => code)).toEqual(['volume-overlaps', 'volume-replaced']);
  });

  it('are told of once, in however many places they are mounted', () => {
    const twice = [volume({ writable: false }), volume({ destination: '/backup' })];
    const found = findings({
      docker: { mounts: twice },
      place: { mounts: [{ name: 'data', state: 'empty' }] },
      request: { mounts: [{ name: 'data', fate: 'leave' }] },
    });
    expect(found.map(({ severity }) => severity)).toEqual(['warning']);
  });
});

describe('options for Docker', () => {
  it('are refused for a container that is not of Docker, since they would do nothing', () => {
    const facts = {
      source: host('blue'),
      destination: host('green'),
      container: container(),
      place: place(),
    };
    const request = { ...defaultDockerRequest, tcp: 'keep', removeSource: true } as const;
    const found = assess(facts, request);
    expect(found.map(({ code, severity }) => [code, severity])).toEqual([
      ['not-a-docker-container', 'error'],
    ]);
    expect(found[0]?.message).toContain('--tcp keep, --remove-source');
    expect(assess(facts, { ...request, tcp: 'close', removeSource: false })).toEqual([]);
  });
});
