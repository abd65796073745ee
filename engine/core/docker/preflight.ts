import type { DockerRequest } from '../../model/docker.ts';
import type { ContainerFacts, HostFacts, PlaceFacts } from '../../model/facts.ts';
import type { Finding } from '../../model/finding.ts';
import type { DockerCase } from './case.ts';
import { assessDockerContainer } from './preflight-container.ts';
import { assessDockerEngines } from './preflight-engines.ts';
import { assessDockerImage } from './preflight-image.ts';
import { assessDockerMounts } from './preflight-mounts.ts';
import { assessDockerNetworks } from './preflight-networks.ts';
import { assessDockerPorts } from './preflight-ports.ts';
import { assessDockerSecurity } from './preflight-security.ts';
import { assessDockerTcp } from './preflight-tcp.ts';

/** What Docker adds to what stands in the way. */
export const assessDocker = (
  facts: {
    readonly source: HostFacts;
    readonly destination: HostFacts;
    readonly container: ContainerFacts;
    readonly place: PlaceFacts;
  },
  request: DockerRequest,
): Finding[] => {
  const { source, destination, container, place } = facts;
  if (container.docker === undefined) return assessUnheeded(container, request);
  if (place.docker?.engine === undefined || destination.runtimeVersion === undefined) {
    // Without a Docker to ask, nothing else is known of the destination.
    return [dockerMissing(destination)];
  }
  const docker: DockerCase = {
    docker: container.docker,
    place: place.docker,
    request,
    source,
    destination,
  };
  return [
    ...assessDockerEngines(docker, place.docker.engine),
    ...assessDockerSecurity(docker, container, place.docker.engine),
    ...assessDockerContainer(docker),
    ...assessDockerImage(docker),
    ...assessDockerNetworks(docker),
    ...assessDockerPorts(docker),
    ...assessDockerTcp(docker),
    ...assessDockerMounts(docker),
  ];
};

const dockerMissing = ({ name, runtimeVersion }: HostFacts): Finding => ({
  severity: 'error',
  code: 'docker-missing',
  message:
    runtimeVersion === undefined
      ? `Docker is not installed on ${name}`
      : `Docker on ${name} does not answer, though its command is installed`,
  remedy:
    runtimeVersion === undefined
      ? `Install Docker on ${name}, then run: precopy host setup ${name}.`
      : `Start Docker on ${name} (systemctl start docker) and see that docker version tells of a server there.`,
});

/** Whoever said them counts on their effect. */
const assessUnheeded = ({ id }: ContainerFacts, request: DockerRequest): Finding[] => {
  const said = [
    ...(request.mounts.length > 0 ? ['--volume'] : []),
    ...(request.createNetworks ? ['--create-networks'] : []),
    ...(request.tcp === 'keep' ? ['--tcp keep'] : []),
    ...(request.removeSource ? ['--remove-source'] : []),
  ];
  return said.length === 0
    ? []
    : [
        {
          severity: 'error',
          code: 'not-a-docker-container',
          message: `${id} is not a container of Docker, and ${said.join(', ')} would have no effect`,
          remedy: `Leave out ${said.join(', ')}, or name a container that docker ps lists.`,
        },
      ];
};
