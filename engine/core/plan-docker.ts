import type { DockerPlan, DockerRequest } from '../model/docker.ts';
import type { ContainerFacts, PlaceFacts } from '../model/facts.ts';

/** What is decided for a Docker container; `undefined` for any other. */
export const planDocker = (
  { docker }: ContainerFacts,
  place: PlaceFacts,
  request: DockerRequest,
): DockerPlan | undefined => {
  if (docker === undefined || place.docker === undefined) return undefined;
  return {
    shipImage: place.docker.image === 'absent',
    layersPresent: place.docker.layersPresent,
    createNetworks: place.docker.networks.flatMap(({ name, state }) => (state === 'absent' ? [name] : [])),
    mounts: docker.mounts.map(({ name }) => ({ name, fate: 'leave' })),
    tcp: request.tcp === 'keep' ? 'keep' : 'close',
    removeSource: request.removeSource,
  };
};
