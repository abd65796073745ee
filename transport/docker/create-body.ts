import type { DockerFacts, DockerNetwork } from '../../engine/model/docker.ts';
import { RUNTIME_NAME } from './host-daemon.ts';
import type { Binding, Endpoint, Inspect } from './inspect.ts';

/** Returns the body of `POST /containers/create` for the same container, with precopy's OCI runtime. */
export const createBody = (inspect: Inspect, facts: DockerFacts, image: string): object => {
  const { Config, HostConfig } = inspect;
  const [first] = orderedNetworks(inspect, facts);
  const endpoints =
    first === undefined
      ? {}
      : { NetworkingConfig: { EndpointsConfig: { [first.name]: endpointBody(inspect, first) } } };
  const { Hostname: _, ...configWithoutHostname } = Config;
  return {
    // With UTS mode `host` Docker shows the host's name as the container's, and refuses it at creation.
    ...(HostConfig['UTSMode'] === 'host' ? configWithoutHostname : Config),
    Image: image,
    HostConfig: {
      ...HostConfig,
      // The source's mode may be the network's id, which differs on the destination.
      ...(first === undefined || first.isDefault ? {} : { NetworkMode: first.name }),
      Runtime: RUNTIME_NAME,
      // Docker must not start the container by itself before the migration ends.
      RestartPolicy: { Name: 'no', MaximumRetryCount: 0 },
      PortBindings: portBindings(inspect),
      PublishAllPorts: false,
      Mounts: mountsOf(inspect),
    },
    ...endpoints,
  };
};

/** Returns the network that the container was created with first; the others are connected later. */
export const orderedNetworks = (inspect: Inspect, { networks }: DockerFacts): readonly DockerNetwork[] => {
  const { HostConfig, NetworkSettings } = inspect;
  const mode = HostConfig.NetworkMode === 'default' ? 'bridge' : HostConfig.NetworkMode;
  const isFirst = ({ name }: DockerNetwork): boolean =>
    name === mode || NetworkSettings.Networks[name]?.NetworkID.startsWith(mode) === true;
  return [...networks].sort((one, other) => Number(isFirst(other)) - Number(isFirst(one)));
};

/** Returns the settings of a network: same addresses and MAC, where Docker lets a user choose them. */
export const endpointBody = (inspect: Inspect, network: DockerNetwork): object => {
  const endpoint: Endpoint | undefined = inspect.NetworkSettings.Networks[network.name];
  if (endpoint === undefined || network.isDefault) return {};
  const { DriverOpts, GwPriority, IPAMConfig, MacAddress } = endpoint;
  const keepsAddress = network.subnetChosen && network.address !== '';
  return {
    ...(keepsAddress ? { IPAMConfig: { ...IPAMConfig, IPv4Address: network.address }, MacAddress } : {}),
    // The source's alias by container id is left out: Docker adds one for the new id.
    Aliases: (endpoint.Aliases ?? []).filter((alias) => !inspect.Id.startsWith(alias)),
    ...(DriverOpts == null ? {} : { DriverOpts }),
    ...(GwPriority === undefined ? {} : { GwPriority }),
  };
};

/** Returns the user's bindings. Where Docker chose the port, the new container gets that same port. */
const portBindings = ({ HostConfig, NetworkSettings }: Inspect): Readonly<Record<string, Binding[]>> => {
  const requested = HostConfig.PortBindings ?? {};
  const open = Object.entries(NetworkSettings.Ports ?? {}).filter(
    ([, bindings]) => (bindings ?? []).length > 0,
  );
  const chosenByDocker = open.flatMap(([port, bindings]): [string, Binding[]][] => {
    const isExact = (requested[port] ?? []).every(({ HostPort }) => /^\d+$/.test(HostPort ?? ''));
    return requested[port] !== undefined && isExact ? [] : [[port, withoutAddressFamilies(bindings ?? [])]];
  });
  return Object.fromEntries(
    [...Object.entries(requested), ...chosenByDocker].map(([port, list]) => [port, [...(list ?? [])]]),
  );
};

/** Docker lists a port on all addresses for IPv4 and again for IPv6, which the destination may lack. */
const withoutAddressFamilies = (bindings: readonly Binding[]): Binding[] => {
  const plain = bindings.map(({ HostIp = '', HostPort = '' }) => ({
    HostIp: HostIp === '0.0.0.0' || HostIp === '::' ? '' : HostIp,
    HostPort,
  }));
  return plain.filter(
    (one, index) =>
      plain.findIndex(({ HostIp, HostPort }) => HostIp === one.HostIp && HostPort === one.HostPort) === index,
  );
};

/**
 * Docker gives an anonymous volume a name. The new container refers to the volume by that name, so it gets
 * the same volume. Docker then treats the volume like a named one: `docker rm -v` does not remove it.
 */
const mountsOf = ({ Mounts, HostConfig }: Inspect): readonly object[] => {
  const mounts = HostConfig.Mounts ?? [];
  const nameAt = (destination: unknown): string | undefined =>
    Mounts.find(({ Type, Destination }) => Type === 'volume' && Destination === destination)?.Name;
  const requested = new Set([
    ...(HostConfig.Binds ?? []).map((bind) => bind.split(':')[1]),
    ...mounts.map((mount) => mount['Target']),
  ]);
  const imageVolumes = Mounts.filter(
    ({ Type, Destination }) => Type === 'volume' && !requested.has(Destination),
  );
  return [
    ...mounts.map((mount) => {
      const isAnonymous = mount['Type'] === 'volume' && (mount['Source'] ?? '') === '';
      return isAnonymous ? { ...mount, Source: nameAt(mount['Target']) } : mount;
    }),
    ...imageVolumes.map(({ Name, Destination, RW }) => {
      return { Type: 'volume', Source: Name, Target: Destination, ReadOnly: !RW };
    }),
  ];
};
