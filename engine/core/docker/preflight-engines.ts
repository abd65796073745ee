import type { DockerEngine } from '../../model/docker.ts';
import type { Finding } from '../../model/finding.ts';
import type { DockerCase } from './case.ts';

/** The oldest Docker whose behaviour is known. */
const OLDEST = [20, 10] as const;

/** As Docker names its storage driver where containerd keeps the images. */
const CONTAINERD_STORE = 'overlayfs';

/** What both Docker daemons must be, and what they must have in common. */
export const assessDockerEngines = (
  { docker: { engine }, place, source, destination }: DockerCase,
  there: DockerEngine,
): Finding[] => [
  ...assessVersion(engine, source.name),
  ...assessVersion(there, destination.name),
  ...assessStorage(engine, source.name),
  ...assessStorage(there, destination.name),
  ...assessCtr(place, there, destination.name),
  ...assessCgroupDrivers(engine, source.name, there, destination.name),
  ...assessWrapper(place.wrapper, destination.name),
];

const parsed = (version: string): readonly [number, number] | undefined => {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(version) ?? [];
  return major === undefined || minor === undefined ? undefined : [Number(major), Number(minor)];
};

const assessVersion = ({ version }: DockerEngine, host: string): Finding[] => {
  const known = parsed(version);
  if (known === undefined) {
    return [
      {
        severity: 'error',
        code: 'docker-version-unknown',
        message: `Docker on ${host} says that its version is '${version}', which cannot be judged`,
        remedy: `Install a released version of Docker on ${host}, 20.10 or later.`,
      },
    ];
  }
  const [major, minor] = known;
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])
    ? []
    : [
        {
          severity: 'error',
          code: 'docker-too-old',
          message: `Docker ${version} on ${host} is older than 20.10`,
          remedy: `Upgrade Docker on ${host} to 20.10 or later.`,
        },
      ];
};

const assessStorage = ({ storageDriver }: DockerEngine, host: string): Finding[] =>
  storageDriver === 'overlay2' || storageDriver === CONTAINERD_STORE
    ? []
    : [
        {
          severity: 'error',
          code: 'storage-driver',
          message:
            `Docker on ${host} keeps images with the storage driver ${storageDriver}: what a container changed can be told ` +
            "with overlay2, and with overlayfs of containerd's image store",
          remedy: `Set "storage-driver": "overlay2" in daemon.json on ${host} and restart Docker, or choose another host.`,
        },
      ];

const assessCtr = ({ ctr }: DockerCase['place'], { storageDriver }: DockerEngine, host: string): Finding[] =>
  ctr || storageDriver !== CONTAINERD_STORE
    ? []
    : [
        {
          severity: 'error',
          code: 'ctr-missing',
          message: `containerd keeps Docker's images on ${host}, and the command ctr, which tells where containers are written, is missing`,
          remedy: `Install ctr on ${host}, of the package containerd or containerd.io.`,
        },
      ];

const assessCgroupDrivers = (
  { cgroupDriver: here }: DockerEngine,
  source: string,
  { cgroupDriver: there }: DockerEngine,
  destination: string,
): Finding[] =>
  here === there
    ? []
    : [
        {
          severity: 'error',
          code: 'cgroup-drivers-differ',
          message: `Docker uses the cgroup driver ${here} on ${source} and ${there} on ${destination}`,
          remedy:
            `Set "exec-opts": ["native.cgroupdriver=${here}"] in daemon.json on ${destination} ` +
            'and restart Docker there.',
        },
      ];

const assessWrapper = (wrapper: DockerCase['place']['wrapper'], host: string): Finding[] => {
  const remedy = `Run: precopy host setup ${host}.`;
  switch (wrapper) {
    case 'ready':
      return [];
    case 'missing':
      return [
        {
          severity: 'error',
          code: 'wrapper-missing',
          message: `Docker on ${host} does not know precopy's OCI runtime, which makes a start a restore`,
          remedy,
        },
      ];
    case 'outdated':
      return [
        {
          severity: 'error',
          code: 'wrapper-outdated',
          message: `precopy's OCI runtime on ${host} is of another version of precopy`,
          remedy,
        },
      ];
  }
};
