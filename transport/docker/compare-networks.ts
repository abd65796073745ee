import { BlockList, isIPv4 } from 'node:net';
import { z } from 'zod';
import type { DockerFacts, DockerNetwork, NetworkPlace } from '../../engine/model/docker.ts';
import type { DockerApi } from './docker-api.ts';
import { NetworkInspect } from './inspect.ts';

const Networks: z.ZodType<readonly NetworkInspect[]> = z.array(NetworkInspect);

/** Compares the container's networks with those of the destination. */
export const compareNetworks = async (
  docker: DockerApi,
  { networks }: DockerFacts,
): Promise<readonly NetworkPlace[]> => {
  if (networks.length === 0) return [];
  const all = await docker.get('/networks', Networks);
  return Promise.all(
    networks.map(async (network): Promise<NetworkPlace> => {
      const { name } = network;
      if (network.isDefault) return { name, state: 'fits', detail: '' };
      const namesake = all.find((each) => each.Name === name);
      if (namesake === undefined) return checkSubnets(network, all);
      const difference = differenceOf(network, namesake);
      if (difference !== '') return { name, state: 'conflict', detail: difference };
      // Docker lists a network's containers only when the network is inspected by itself.
      const { Containers = {} } = await docker.get(`/networks/${namesake.Id}`, NetworkInspect);
      const user = Object.values(Containers).find(
        ({ IPv4Address }) => network.address !== '' && IPv4Address.split('/')[0] === network.address,
      );
      return user === undefined
        ? { name, state: 'fits', detail: '' }
        : {
            name,
            state: 'address-taken',
            detail: `${network.address} belongs to the container ${user.Name}`,
          };
    }),
  );
};

const checkSubnets = (network: DockerNetwork, all: readonly NetworkInspect[]): NetworkPlace => {
  const { name } = network;
  for (const other of all) {
    for (const { Subnet = '' } of other.IPAM.Config ?? []) {
      const own = network.subnets.find(({ subnet }) => overlap(subnet, Subnet));
      if (own !== undefined) {
        const detail = `its subnet ${own.subnet} overlaps ${Subnet} of the network ${other.Name}`;
        return { name, state: 'conflict', detail };
      }
    }
  }
  return { name, state: 'absent', detail: '' };
};

const differenceOf = (network: DockerNetwork, namesake: NetworkInspect): string => {
  if (namesake.Driver !== network.driver)
    return `its driver is ${namesake.Driver} on the destination, ${network.driver} on the source`;
  const gateways = new Map((namesake.IPAM.Config ?? []).map(({ Subnet, Gateway }) => [Subnet, Gateway]));
  const missing = network.subnets.find(({ subnet }) => !gateways.has(subnet));
  if (missing !== undefined) {
    return `its subnet is ${[...gateways.keys()].join(', ') || 'not set'} on the destination, ${missing.subnet} on the source`;
  }
  const differing = network.subnets.find(({ subnet, gateway }) => {
    const theirs = gateways.get(subnet);
    // Docker may not show a gateway that it chose.
    return gateway !== undefined && theirs !== undefined && gateway !== theirs;
  });
  return differing === undefined
    ? ''
    : `its gateway is ${gateways.get(differing.subnet)} on the destination, ${differing.gateway} on the source`;
};

/** Two subnets overlap when one contains the other's first address. */
const overlap = (one: string, other: string): boolean =>
  containsFirstAddress(one, other) || containsFirstAddress(other, one);

const containsFirstAddress = (outer: string, inner: string): boolean => {
  const [address = '', prefix = ''] = outer.split('/');
  const [first = ''] = inner.split('/');
  if (prefix === '' || first === '' || isIPv4(address) !== isIPv4(first)) return false;
  const family = isIPv4(address) ? 'ipv4' : 'ipv6';
  const list = new BlockList();
  list.addSubnet(address, Number(prefix), family);
  return list.check(first, family);
};
