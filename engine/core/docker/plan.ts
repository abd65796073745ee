import type { DockerPlan, DockerRequest } from '../../model/docker.ts';
import type { ContainerFacts, PlaceFacts } from '../../model/facts.ts';
import { attachmentOf } from './attachment.ts';
import { decideMounts } from './mount-fate.ts';
import { decideNetworks } from './networks.ts';
import { tcpFate } from './tcp.ts';

/** What is decided for a Docker container; `undefined` for any other. */
export const planDocker = (
  { docker }: ContainerFacts,
  { docker: place }: PlaceFacts,
  request: DockerRequest,
): DockerPlan | undefined => {
  if (docker === undefined || place === undefined) return undefined;
  return {
    shipImage: place.image === 'absent',
    layersPresent: place.layersPresent,
    createNetworks: decideNetworks(docker, place, request).flatMap(({ network, make }) =>
      make ? [network.name] : [],
    ),
    mounts: decideMounts(docker, place, request).map(({ mount, fate }) => ({ name: mount.name, fate })),
    tcp: tcpFate(docker, request.tcp),
    attach: place.engine === undefined ? 'restore' : attachmentOf(docker, place.engine),
    runcRoot: (place.engine ?? docker.engine).runcRoot,
    removeSource: request.removeSource,
  };
};
