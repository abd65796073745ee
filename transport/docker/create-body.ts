import type { DockerFacts, DockerNetwork } from '../../engine/model/docker.ts';
import { RUNTIME } from './host-daemon.ts';
import type { Endpoint, Inspect } from './inspect.ts';

/** The body of `POST /containers/create` that makes the same container again, to be restored by our runtime. */
export const createBody = (inspect: Inspect, facts: DockerFacts, image: string): object => {
  const { Config, HostConfig, NetworkSettings } = inspect;
  const [first] = orderedNetworks(inspect, facts);
  const endpoints =
    first === undefined
      ? {}
      : { NetworkingConfig: { EndpointsConfig: { [first.name]: endpointBody(inspect, first) } } };
  return {
    ...Config,
    Image: image,
    HostConfig: {
      ...HostConfig,
      Runtime: RUNTIME,
      // Until it has moved, Docker is not to start it by itself.
      RestartPolicy: { Name: 'no', MaximumRetryCount: 0 },
      // The very ports, also where Docker had chosen them.
      PortBindings: NetworkSettings.Ports ?? {},
      PublishAllPorts: false,
      Mounts: [...(HostConfig.Mounts ?? []), ...anonymousVolumes(inspect)],
    },
    ...endpoints,
  };
};

/** The one the container was created with comes first; the others are connected afterwards. */
export const orderedNetworks = (
  { HostConfig }: Inspect,
  { networks }: DockerFacts,
): readonly DockerNetwork[] => {
  const first = HostConfig.NetworkMode === 'default' ? 'bridge' : HostConfig.NetworkMode;
  return [...networks].sort((one, other) => Number(other.name === first) - Number(one.name === first));
};

/** How the container is attached to a network: with the same address and MAC where they can be asked for. */
export const endpointBody = (inspect: Inspect, network: DockerNetwork): object => {
  const endpoint: Endpoint | undefined = inspect.NetworkSettings.Networks[network.name];
  if (endpoint === undefined || network.isDefault) return {};
  const aliases = (endpoint.Aliases ?? []).filter((alias) => !inspect.Id.startsWith(alias));
  const keepsAddress = network.subnetChosen && network.address !== '';
  return {
    ...(keepsAddress
      ? { IPAMConfig: { IPv4Address: network.address }, MacAddress: endpoint.MacAddress }
      : {}),
    Aliases: aliases,
    DriverOpts: endpoint.DriverOpts ?? {},
  };
};

/** Volumes that only the image asked for have a name all the same; with it the new container gets the same ones. */
const anonymousVolumes = ({ Mounts, HostConfig }: Inspect): readonly object[] => {
  const asked = new Set([
    ...(HostConfig.Binds ?? []).map((bind) => bind.split(':')[1]),
    ...(HostConfig.Mounts ?? []).map((mount) => mount['Target']),
  ]);
  return Mounts.filter(({ Type, Destination }) => Type === 'volume' && !asked.has(Destination)).map(
    ({ Name, Destination, RW }) => ({ Type: 'volume', Source: Name, Target: Destination, ReadOnly: !RW }),
  );
};
