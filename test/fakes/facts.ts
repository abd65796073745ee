import { defaultPageRequest } from '../../engine/core/pages/default-request.ts';
import type { PagesAsked } from '../../engine/core/pages/preflight.ts';
import type { DockerEngine, DockerFacts, DockerPlace } from '../../engine/model/docker.ts';
import type { ContainerFacts, HostFacts, MemoryFacts, PlaceFacts } from '../../engine/model/facts.ts';
import { bytes } from '../../engine/model/units.ts';

/** Facts with which nothing stands in the way of a migration. */

const MIB = 1024 ** 2;

export const memory: MemoryFacts = {
  resident: bytes(100 * MIB),
  unreachable: [],
  tmpfs: [],
};

export const pagesAsked: PagesAsked = { request: defaultPageRequest, address: '10.0.0.2' };

export const host = (name: string, changed: Partial<HostFacts> = {}): HostFacts => ({
  name,
  kernel: '6.12.0',
  architecture: 'x86_64',
  criuVersion: '4.1.1',
  criuCheck: { ok: true, detail: 'Looks good.' },
  criuTls: true,
  makesCertificates: true,
  hold: { ok: true, detail: '' },
  dirtyTracking: { ok: true, detail: 'supported' },
  runtimeVersion: '1.1.15',
  rsyncVersion: '3.4.1',
  missingPrograms: [],
  cpuFlags: ['fpu', 'sse2', 'avx2', 'aes', 'constant_tsc'],
  cgroupVersion: 2,
  criuSettings: [],
  appArmorProfiles: ['docker-default'],
  tcpForwarding: true,
  sshCompression: true,
  pacing: { ok: true, detail: '' },
  unprivilegedPort: 1024,
  memoryAvailable: bytes(4096 * MIB),
  imagesDirectory: '/run/precopy',
  imagesFree: bytes(2048 * MIB),
  imagesInMemory: true,
  ...changed,
});

export const container = (changed: Partial<ContainerFacts> = {}): ContainerFacts => ({
  id: 'shop',
  runtime: 'runc',
  state: 'running',
  pid: 4711,
  begun: { startTime: '123456', boot: 'b007' },
  processes: 3,
  bundle: '/containers/shop',
  rootfs: {
    kind: 'overlay',
    path: '/containers/shop/rootfs',
    lower: ['/layers/base'],
    upper: '/containers/shop/upper',
    work: '/containers/shop/work',
    mountOptions: [],
  },
  cgroupPath: '/shop',
  appArmorProfile: undefined,
  noNewPrivileges: false,
  terminal: false,
  stdio: [{ kind: 'null' }, { kind: 'null' }, { kind: 'null' }],
  memory,
  rootfsSize: bytes(20 * MIB),
  establishedTcp: 0,
  bindMounts: [],
  joinedNamespaces: [],
  docker: undefined,
  ...changed,
});

export const place = (changed: Partial<PlaceFacts> = {}): PlaceFacts => ({
  idTaken: false,
  bundle: 'absent',
  missingLower: [],
  differentLower: [],
  missingPaths: [],
  reachable: { ok: true, detail: '' },
  docker: undefined,
  ...changed,
});

export const IMAGE: string = `sha256:${'ab'.repeat(32)}`;

/** A Docker daemon that does not confine containers by AppArmor. */
export const dockerEngine = (changed: Partial<DockerEngine> = {}): DockerEngine => ({
  version: '26.1.5',
  storageDriver: 'overlay2',
  cgroupDriver: 'systemd',
  appArmor: false,
  usernsRemap: false,
  runcRoot: '/run/docker/runtime-runc/moby',
  ...changed,
});

/** A container of Docker on a network of its own, with nothing mounted. */
export const docker = (changed: Partial<DockerFacts> = {}): DockerFacts => ({
  engine: dockerEngine(),
  name: 'web',
  image: {
    id: IMAGE,
    identity: '1d'.repeat(32),
    name: 'nginx:1.27',
    layers: ['sha256:01', 'sha256:02', 'sha256:03'],
  },
  logDriver: 'none',
  restartPolicy: 'always',
  autoRemove: false,
  privileged: false,
  unconfined: false,
  devices: [],
  networking: 'networks',
  networks: [
    {
      name: 'app',
      driver: 'bridge',
      isDefault: false,
      subnets: [{ subnet: '172.30.0.0/16', gateway: '172.30.0.1' }],
      subnetChosen: true,
      address: '172.30.0.10',
      addressFixed: true,
    },
  ],
  ports: [],
  mounts: [],
  tiedTo: [],
  ...changed,
});

/** A Docker with which nothing stands in that container's way. */
export const dockerPlace = (changed: Partial<DockerPlace> = {}): DockerPlace => ({
  engine: dockerEngine(),
  wrapper: 'ready',
  ctr: true,
  nameTaken: false,
  image: 'present',
  imageNamedAlike: undefined,
  layersPresent: 3,
  networks: [{ name: 'app', state: 'fits', detail: '' }],
  takenPorts: [],
  mounts: [],
  ...changed,
});
