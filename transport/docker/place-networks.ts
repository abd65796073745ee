import { BlockList, isIPv4 } from 'node:net';
import { z } from 'zod';
import type { DockerFacts, DockerNetwork, NetworkPlace } from '../../engine/model/docker.ts';
import type { DockerApi } from './docker-api.ts';
import { NetworkInspect } from './inspect.ts';

const Networks: z.ZodType<readonly NetworkInspect[]> = z.array(NetworkInspect);

/** How the container's networks stand on the destination. */
export const placeNetworks = async (
  docker: DockerApi,
  { networks }: DockerFacts,
): Promise<readonly NetworkPlace[]> => {
  if (networks.length === 0) return [];
  const all = await docker.get('/networks', Networks);
  return Promise.all(
    networks.map(async (network): Promise<NetworkPlace> => {
      const { name } = network;
      if (network.isDefault) return { name, state: 'fits', detail: '' };
      const there = all.find((each) => each.Name === name);
      if (there === undefined) return placeAbsent(network, all);
      const difference = differenceOf(network, there);
      if (difference !== '') return { name, state: 'conflict', detail: difference };
      // Only asked for by itself does Docker tell who is in it.
      const { Containers = {} } = await docker.get(`/networks/${there.Id}`, NetworkInspect);
      const holder = Object.values(Containers).find(
        ({ IPv4Address }) => network.address !== '' && IPv4Address.split('/')[0] === network.address,
      );
      return holder === undefined
        ? { name, state: 'fits', detail: '' }
        : { name, state: 'address-taken', detail: `${network.address} is ${holder.Name}'s` };
    }),
  );
};

const placeAbsent = (network: DockerNetwork, all: readonly NetworkInspect[]): NetworkPlace => {
  const { name } = network;
  for (const other of all) {
    for (const { Subnet = '' } of other.IPAM.Config ?? []) {
      const mine = network.subnets.find(({ subnet }) => overlap(subnet, Subnet));
      if (mine !== undefined) {
        const detail = `its subnet ${mine.subnet} overlaps ${Subnet} of the network ${other.Name}`;
        return { name, state: 'conflict', detail };
      }
    }
  }
  return { name, state: 'absent', detail: '' };
};

const differenceOf = (network: DockerNetwork, there: NetworkInspect): string => {
  if (there.Driver !== network.driver) return `its driver is ${there.Driver} there, ${network.driver} here`;
  const gateways = new Map((there.IPAM.Config ?? []).map(({ Subnet, Gateway }) => [Subnet, Gateway]));
  const missing = network.subnets.find(({ subnet }) => !gateways.has(subnet));
  if (missing !== undefined) {
    return `its subnet is ${[...gateways.keys()].join(', ') || 'not set'} there, ${missing.subnet} here`;
  }
  const other = network.subnets.find(({ subnet, gateway }) => {
    const theirs = gateways.get(subnet);
    // Docker need not show one that it chose.
    return gateway !== undefined && theirs !== undefined && gateway !== theirs;
  });
  return other === undefined
    ? ''
    : `its gateway is ${gateways.get(other.subnet)} there, ${other.gateway} here`;
};

/** Two subnets overlap when one holds the other's first address. */
const overlap = (one: string, other: string): boolean => holdsFirst(one, other) || holdsFirst(other, one);

const holdsFirst = (outer: string, inner: string): boolean => {
  const [address = '', prefix = ''] = outer.split('/');
  const [first = ''] = inner.split('/');
  if (prefix === '' || first === '' || isIPv4(address) !== isIPv4(first)) return false;
  const family = isIPv4(address) ? 'ipv4' : 'ipv6';
  const list = new BlockList();
  list.addSubnet(address, Number(prefix), family);
  return list.check(first, family);
};
