import type { DockerFacts, DockerImage, PublishedPort } from './docker.ts';

export interface NamedContainer {
  readonly id: string;
  readonly docker?: Pick<DockerFacts, 'name'> | undefined;
}

/** What people call a container: the id Docker gives it is new on every host, its name moves along. */
export const containerName = ({ id, docker }: NamedContainer): string => docker?.name ?? id;

/** Addresses that stand for all of a host's. */
const everywhere: readonly string[] = ['', '0.0.0.0', '::'];

/** A published port as `docker ps` shows it, short where it is published on every address. */
export const portName = ({ hostAddress, hostPort, containerPort, protocol }: PublishedPort): string => {
  const address = hostAddress.includes(':') ? `[${hostAddress}]:` : `${hostAddress}:`;
  return `${everywhere.includes(hostAddress) ? '' : address}${hostPort}->${containerPort}/${protocol}`;
};

/** Docker lists a port once for each family of addresses. */
export const portNames = (ports: readonly PublishedPort[]): readonly string[] => [
  ...new Set(ports.map(portName)),
];

/** An image's name with its id cut short, or the id alone where it has no other name. */
export const imageName = ({ id, name }: DockerImage): string => {
  const short = shortImageId(id);
  return name === id || name === '' || id.includes(name) ? short : `${name} (${short})`;
};

export const shortImageId = (id: string): string => id.replace(/^sha256:/, '').slice(0, 12);
