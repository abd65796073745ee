import type { DockerFacts, DockerNetwork } from '../../engine/model/docker.ts';
import { RUNTIME } from './host-daemon.ts';
import type { Binding, Endpoint, Inspect } from './inspect.ts';

/** The body of `POST /containers/create` that makes the same container again, to be restored by our runtime. */
export const createBody = (inspect: Inspect, facts: DockerFacts, image: string): object => {
  const { Config, HostConfig } = inspect;
  const [first] = orderedNetworks(inspect, facts);
  const endpoints =
    first === undefined
      ? {}
      : { NetworkingConfig: { EndpointsConfig: { [first.name]: endpointBody(inspect, first) } } };
  const { Hostname: _, ...configWithoutHostname } = Config;
  return {
    // Docker shows a name of the host as the container's, and then refuses to be given one.
    ...(HostConfig['UTSMode'] === 'host' ? configWithoutHostname : Config),
    Image: image,
    HostConfig: {
      ...HostConfig,
      // Perhaps the network's id, which is another one there.
      ...(first === undefined || first.isDefault ? {} : { NetworkMode: first.name }),
      Runtime: RUNTIME,
      // Until it has moved, Docker is not to start it by itself.
      RestartPolicy: { Name: 'no', MaximumRetryCount: 0 },
      PortBindings: portBindings(inspect),
      PublishAllPorts: false,
      Mounts: mountsOf(inspect),
    },
    ...endpoints,
  };
};

/** The one the container was created with comes first; the others are connected afterwards. */
export const orderedNetworks = (inspect: Inspect, { networks }: DockerFacts): readonly DockerNetwork[] => {
  const { HostConfig, NetworkSettings } = inspect;
  const mode = HostConfig.NetworkMode === 'default' ? 'bridge' : HostConfig.NetworkMode;
  const isFirst = ({ name }: DockerNetwork): boolean =>
    name === mode || NetworkSettings.Networks[name]?.NetworkID.startsWith(mode) === true;
  return [...networks].sort((one, other) => Number(isFirst(other)) - Number(isFirst(one)));
};

/** How the container is attached to a network: with the same addresses and MAC where they can be asked for. */
export const endpointBody = (inspect: Inspect, network: DockerNetwork): object => {
  const endpoint: Endpoint | undefined = inspect.NetworkSettings.Networks[network.name];
  if (endpoint === undefined || network.isDefault) return {};
  const { DriverOpts, GwPriority, IPAMConfig, MacAddress } = endpoint;
  const keepsAddress = network.subnetChosen && network.address !== '';
  return {
    ...(keepsAddress ? { IPAMConfig: { ...IPAMConfig, IPv4Address: network.address }, MacAddress } : {}),
    // Docker adds the beginning of the new id by itself.
    Aliases: (endpoint.Aliases ?? []).filter((alias) => !inspect.Id.startsWith(alias)),
    ...(DriverOpts == null ? {} : { DriverOpts }),
    ...(GwPriority === undefined ? {} : { GwPriority }),
  };
};

/** As the user wrote them, but for the ports that Docker chose: the new container gets the very same ones. */
const portBindings = ({ HostConfig, NetworkSettings }: Inspect): Readonly<Record<string, Binding[]>> => {
  const asked = HostConfig.PortBindings ?? {};
  const open = Object.entries(NetworkSettings.Ports ?? {}).filter(
    ([, bindings]) => (bindings ?? []).length > 0,
  );
  const chosen = open.flatMap(([port, bindings]): [string, Binding[]][] => {
    const isExact = (asked[port] ?? []).every(({ HostPort }) => /^\d+$/.test(HostPort ?? ''));
    return asked[port] !== undefined && isExact ? [] : [[port, withoutFamilies(bindings ?? [])]];
  });
  return Object.fromEntries(
    [...Object.entries(asked), ...chosen].map(([port, list]) => [port, [...(list ?? [])]]),
  );
};

/** Docker lists a port on all addresses once for IPv4 and once for IPv6, which the new host may not have. */
const withoutFamilies = (bindings: readonly Binding[]): Binding[] => {
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
 * Volumes without a name of the user's have one all the same: with it the new container gets the same ones. To Docker they
 * are then like those that a user named, so `docker rm -v` leaves them.
 */
const mountsOf = ({ Mounts, HostConfig }: Inspect): readonly object[] => {
  const mounts = HostConfig.Mounts ?? [];
  const nameAt = (destination: unknown): string | undefined =>
    Mounts.find(({ Type, Destination }) => Type === 'volume' && Destination === destination)?.Name;
  const asked = new Set([
    ...(HostConfig.Binds ?? []).map((bind) => bind.split(':')[1]),
    ...mounts.map((mount) => mount['Target']),
  ]);
  const ofImage = Mounts.filter(({ Type, Destination }) => Type === 'volume' && !asked.has(Destination));
  return [
    ...mounts.map((mount) => {
      const isNameless = mount['Type'] === 'volume' && (mount['Source'] ?? '') === '';
      return isNameless ? { ...mount, Source: nameAt(mount['Target']) } : mount;
    }),
    ...ofImage.map(({ Name, Destination, RW }) => {
      return { Type: 'volume', Source: Name, Target: Destination, ReadOnly: !RW };
    }),
  ];
};
