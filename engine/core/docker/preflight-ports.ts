import type { Finding } from '../../model/finding.ts';
import { portNames } from '../../model/names.ts';
import type { DockerCase } from './case.ts';

/** Ports by which clients find the container through its host. */
export const assessDockerPorts = ({ docker, place, source, destination }: DockerCase): Finding[] => {
  const taken = portNames(place.takenPorts);
  const published = portNames(docker.ports);
  return [
    ...taken.map(
      (port): Finding => ({
        severity: 'error',
        code: 'port-taken',
        message: `published port ${port} is in use on ${destination.name} already`,
        remedy: `Free it on ${destination.name} (ss -lntup shows who has it), or recreate the container with another -p.`,
      }),
    ),
    ...(published.length === 0
      ? []
      : [
          {
            severity: 'note',
            code: 'ports-published',
            message:
              `published on ${destination.name} from the cut-over on: ${published.join(', ')}; connections ` +
              `through ${source.name} end, and new ones are refused there`,
            remedy: `Send clients to ${destination.name} (DNS, load balancer, floating address).`,
          } as const,
        ]),
    ...(docker.networking === 'host'
      ? [
          {
            severity: 'note',
            code: 'network-of-host',
            message:
              `the container uses its host's network: clients find it at the addresses of ${destination.name} ` +
              'afterwards, and the restore fails if a port it listens on is in use there',
          } as const,
        ]
      : []),
  ];
};
