import type { Finding } from '../../model/finding.ts';
import type { DockerCase } from './case.ts';

/** What the container is and was created with. */
export const assessDockerContainer = (docker: DockerCase): Finding[] => [
  ...assessName(docker),
  ...assessTies(docker),
  ...assessDevices(docker),
  ...assessAutoRemove(docker),
  ...assessLogs(docker),
];

const assessName = ({ docker: { name }, place, destination }: DockerCase): Finding[] =>
  place.nameTaken
    ? [
        {
          severity: 'error',
          code: 'name-taken',
          message: `a container named ${name} exists on ${destination.name} already`,
          remedy: `Run on ${destination.name}: docker rename ${name} ${name}-old, or remove it there.`,
        },
      ]
    : [];

const assessTies = ({ docker: { networking, tiedTo } }: DockerCase): Finding[] => [
  ...(networking === 'another-container'
    ? [
        {
          severity: 'error',
          code: 'network-of-another-container',
          message: 'the container has no network of its own but that of another container, which stays',
          remedy: 'Recreate it with a network of its own (docker run --network) in place of that container.',
        } as const,
      ]
    : []),
  ...(tiedTo.length > 0
    ? [
        {
          severity: 'error',
          code: 'tied-to-containers',
          message: `the container is tied to others on its host: ${tiedTo.join(', ')}`,
          remedy:
            'Recreate it with a network and its aliases for --link, named volumes for --volumes-from, ' +
            'and namespaces of its own.',
        } as const,
      ]
    : []),
];

const assessDevices = ({ docker: { devices, privileged } }: DockerCase): Finding[] => {
  if (devices.length > 0) {
    return [
      {
        severity: 'error',
        code: 'devices',
        message: `the container was given devices, whose state cannot be moved: ${devices.join(', ')}`,
        remedy: 'Recreate it without --device, --gpus and the like.',
      },
    ];
  }
  return privileged
    ? [
        {
          severity: 'warning',
          code: 'privileged',
          message:
            'the container is privileged: what it opened of /dev or set in /proc and /sys belongs to this host, ' +
            'and the restore fails if a device is open',
          remedy:
            'Recreate it with single capabilities (--cap-add) in place of --privileged, if that is enough.',
        },
      ]
    : [];
};

const assessAutoRemove = ({ docker: { name, autoRemove }, request, source }: DockerCase): Finding[] =>
  autoRemove && !request.removeSource
    ? [
        {
          severity: 'warning',
          code: 'auto-remove',
          message:
            `${name} was started with --rm: Docker on ${source.name} will remove it, its logs and its anonymous ` +
            'volumes there once it has moved, and nothing is kept to go back to',
          remedy: 'Say --remove-source if that is meant, or start it without --rm.',
        },
      ]
    : [];

const assessLogs = ({ docker: { logDriver }, source }: DockerCase): Finding[] => {
  switch (logDriver) {
    case 'none':
      return [];
    case 'json-file':
      return [
        {
          severity: 'note',
          code: 'logs-move',
          message: `logs come along: docker logs shows the lines from ${source.name} and the new ones`,
        },
      ];
    default:
      return [
        {
          severity: 'note',
          code: 'logs-stay',
          message: `earlier log lines stay where ${logDriver} on ${source.name} has put them; new ones go on from the destination`,
        },
      ];
  }
};
