import type { DockerEngine, DockerFacts, NetworkAttachment } from '../../model/docker.ts';

/** The first Docker that attaches networks to a created container, before it starts the container. Earlier ones do so by a hook. */
const ATTACHES_BEFORE_START = 28;

/**
 * When networks are attached on the destination. While the restore is parked is best, for then that takes no downtime. On a network that
 * other hosts share, the copy would have the address of the container that still serves: there it is done at the cut-over.
 */
export const attachmentOf = (
  { networking, networks }: Pick<DockerFacts, 'networking' | 'networks'>,
  { version }: Pick<DockerEngine, 'version'>,
): NetworkAttachment => {
  const ownNamespace = networking === 'networks' || networking === 'none';
  if (!ownNamespace || Number.parseInt(version, 10) < ATTACHES_BEFORE_START) return 'restore';
  return networks.every(({ driver }) => driver === 'bridge' || driver === 'null') ? 'parking' : 'cut-over';
};
