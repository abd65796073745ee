import type { Finding } from '../../model/finding.ts';
import type { DockerCase } from './case.ts';
import { decideNetworks, type NetworkDecision } from './networks.ts';

/** Networks the container is attached to, and its addresses in them. */
export const assessDockerNetworks = ({
  docker,
  place,
  request,
  source,
  destination,
}: DockerCase): Finding[] =>
  decideNetworks(docker, place, request).flatMap((decision) => [
    ...assessState(decision, source.name, destination.name),
    ...assessAddress(decision, destination.name),
  ]);

const assessState = (decision: NetworkDecision, source: string, destination: string): Finding[] => {
  const { network, state, detail } = decision;
  switch (state) {
    case 'fits':
      return [];
    case 'absent':
      return [absent(decision, destination)];
    case 'conflict':
      return [
        {
          severity: 'error',
          code: 'network-conflict',
          message: `network ${network.name} cannot be on ${destination} what it is on ${source}: ${detail}`,
          remedy:
            `Run on ${destination}: docker network rm for the network in the way, ` +
            'then migrate with --create-networks.',
        },
      ];
    case 'address-taken':
      return [
        {
          severity: 'error',
          code: 'address-taken',
          message: `address ${network.address} in network ${network.name} is taken on ${destination}: ${detail}`,
          remedy: `Free ${network.address} on ${destination}, or recreate the container with another --ip.`,
        },
      ];
  }
};

const absent = ({ network, make, canBeMade }: NetworkDecision, destination: string): Finding => {
  const { name, driver, subnets } = network;
  const code = 'network-absent';
  const parent = driver === 'bridge' ? '' : `; ${destination} must have the interface it lies on`;
  if (make) {
    const subnet = subnets.length === 0 ? '' : `, ${subnets.map((each) => each.subnet).join(', ')}`;
    return {
      severity: 'note',
      code,
      message: `network ${name} (${driver}${subnet}) will be made on ${destination}${parent}`,
    };
  }
  const message = `network ${name} (${driver}) is not on ${destination}`;
  if (canBeMade) {
    const remedy = `Say --create-networks, or run on ${destination}: docker network create ${name}.`;
    return { severity: 'error', code, message, remedy };
  }
  const remedy =
    driver === 'overlay'
      ? `Have ${destination} join the swarm of ${name} as a manager (docker swarm join), so that it is known there.`
      : `Make it on ${destination} as it was made here (docker network create --driver ${driver}).`;
  return { severity: 'error', code, message, remedy };
};

/** Docker chooses an address where nobody chose the subnet. */
const assessAddress = ({ network, state, make }: NetworkDecision, destination: string): Finding[] =>
  (state === 'fits' || make) && network.address !== '' && (network.isDefault || !network.subnetChosen)
    ? [
        {
          severity: 'note',
          code: 'address-may-change',
          message:
            `Docker on ${destination} chooses the address in network ${network.name} anew: ` +
            `it may no longer be ${network.address}`,
          remedy: 'Reach the container by name in a network of its own, or give that network a --subnet.',
        },
      ]
    : [];
