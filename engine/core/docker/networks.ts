import type {
  DockerFacts,
  DockerNetwork,
  DockerPlace,
  DockerRequest,
  NetworkPlace,
} from '../../model/docker.ts';

/** Drivers of networks that one host makes for itself. */
const localDrivers: ReadonlySet<string> = new Set(['bridge', 'macvlan', 'ipvlan']);

export interface NetworkDecision {
  readonly network: DockerNetwork;
  readonly state: NetworkPlace['state'];
  readonly detail: string;
  /** It can be made on the destination, by a migration that is allowed to. */
  readonly canBeMade: boolean;
  readonly make: boolean;
}

/** What is there of each network the container is attached to, and which of them are made. */
export const decideNetworks = (
  { networking, networks }: DockerFacts,
  place: DockerPlace,
  { createNetworks }: DockerRequest,
): readonly NetworkDecision[] =>
  networking !== 'networks'
    ? []
    : networks.map((network) => {
        const there = place.networks.find(({ name }) => name === network.name);
        // Each Docker has a bridge of its own; of any other network that nobody saw, none is believed to be there.
        const state = there?.state ?? (network.isDefault ? 'fits' : 'absent');
        const canBeMade = !network.isDefault && localDrivers.has(network.driver);
        const make = state === 'absent' && canBeMade && createNetworks;
        return { network, state, detail: there?.detail ?? '', canBeMade, make };
      });
