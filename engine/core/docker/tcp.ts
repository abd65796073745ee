import type { DockerFacts, DockerNetwork, DockerRequest } from '../../model/docker.ts';

/** Drivers whose addresses the world finds wherever the container is. */
const wanderingDrivers: ReadonlySet<string> = new Set(['macvlan', 'ipvlan', 'overlay']);

/**
 * How far the container's addresses move along. `with-peers`: whoever talks to them goes on talking.
 * `address-only`: the container has them again, but packets of the other ends still go to the source.
 */
export type AddressReach = 'with-peers' | 'address-only' | 'nowhere';

export const addressReach = ({ networking, networks }: DockerFacts): AddressReach => {
  switch (networking) {
    case 'none':
      // All connections are the container's own, on its loopback.
      return 'with-peers';
    case 'host':
    case 'another-container':
      return 'nowhere';
    case 'networks':
      if (networks.every(isFoundAnywhere)) return 'with-peers';
      return networks.every(comesAgain) ? 'address-only' : 'nowhere';
  }
};

const isFoundAnywhere = (network: DockerNetwork): boolean =>
  network.addressFixed && comesAgain(network) && wanderingDrivers.has(network.driver);

/** Docker gives out a certain address only where the subnet was chosen too. */
const comesAgain = ({ isDefault, address, subnetChosen }: DockerNetwork): boolean =>
  !isDefault && address !== '' && subnetChosen;

/** Whether established TCP connections go on or are closed at the cut-over. */
export const tcpFate = (docker: DockerFacts, asked: DockerRequest['tcp']): 'keep' | 'close' => {
  if (asked !== 'auto') return asked;
  return addressReach(docker) === 'with-peers' ? 'keep' : 'close';
};
