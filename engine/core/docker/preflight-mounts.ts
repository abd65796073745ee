import type { Finding } from '../../model/finding.ts';
import type { DockerCase } from './case.ts';
import { decideMounts, distinct, type MountDecision } from './mount-fate.ts';
import { mountFinding } from './mount-finding.ts';

/** Volumes and bind mounts: what becomes of their content, and where only the user can say. */
export const assessDockerMounts = (docker: DockerCase): Finding[] => [
  ...assessNames(docker),
  ...decideMounts(docker.docker, docker.place, docker.request).flatMap((decision) => [
    ...mountFinding(decision, docker.source.name, docker.destination.name),
    ...assessAnonymous(decision, docker),
  ]),
];

const assessNames = ({ docker: { mounts }, request }: DockerCase): Finding[] => {
  const known = distinct(mounts);
  const list = known.map(({ name, destination }) => `${name} (at ${destination})`).join(', ');
  return request.mounts
    .filter(({ name }) => !known.some((mount) => mount.name === name))
    .map(({ name, fate }) => ({
      severity: 'error',
      code: 'volume-unknown',
      message: `--volume ${name}=${fate}: the container has no such mount; it has ${list === '' ? 'none' : list}`,
      remedy:
        list === ''
          ? `Leave out --volume ${name}=${fate}.`
          : 'Name a volume by its name and a bind mount by its path on the source, as listed.',
    }));
};

/** Docker removes volumes without a name along with a container of `--rm`, also those of a driver that all hosts reach. */
const assessAnonymous = ({ mount, fate }: MountDecision, { docker, source }: DockerCase): Finding[] =>
  docker.autoRemove && fate !== 'copy' && mount.kind === 'volume' && /^[0-9a-f]{64}$/.test(mount.name)
    ? [
        {
          severity: fate === 'shared' ? 'error' : 'warning',
          code: 'volume-removed-by-source',
          message:
            `volume ${mount.name} has no name and the container was started with --rm: Docker on ${source.name} ` +
            'removes it once the container has moved',
          remedy: 'Start the container with a named volume, or without --rm.',
        },
      ]
    : [];
