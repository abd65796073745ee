import { isDeepStrictEqual } from 'node:util';
import type { DockerFacts, DockerNetwork, PublishedPort } from '../../engine/model/docker.ts';
import { InvalidInput } from '../../engine/model/errors.ts';
import type { Host } from '../../engine/ports/host.ts';
import type { DockerApi } from './docker-api.ts';
import { readEngine } from './engine.ts';
import { identityOf } from './image-identity.ts';
import { type Endpoint, ImageInspect, Inspect, NetworkInspect } from './inspect.ts';
import { readMounts } from './mounts.ts';

export interface DockerContainer {
  readonly id: string;
  readonly facts: DockerFacts;
}

/** Reads the facts of a container by name, id or beginning of an id. Changes nothing. */
export const readDockerFacts = async (
  host: Host,
  docker: DockerApi,
  name: string,
  signal?: AbortSignal,
): Promise<DockerContainer> => {
  const inspect = await inspectContainer(host, docker, name);
  signal?.throwIfAborted();
  const [engine, image, networks, mounts] = await Promise.all([
    readEngine(host, docker, signal),
    docker.get(`/images/${inspect.Image}/json`, ImageInspect),
    Promise.all(Object.entries(inspect.NetworkSettings.Networks).map((each) => readNetwork(docker, each))),
    readMounts(host, docker, inspect, signal),
  ]);
  const { HostConfig: config } = inspect;
  return {
    id: inspect.Id,
    facts: {
      engine,
      name: inspect.Name.replace(/^\//, ''),
      image: {
        id: image.Id,
        identity: identityOf(image),
        name: inspect.Config.Image,
        layers: image.RootFS.Layers ?? [],
      },
      logDriver: config.LogConfig.Type,
      restartPolicy: config.RestartPolicy.Name === '' ? 'no' : config.RestartPolicy.Name,
      autoRemove: config.AutoRemove,
      privileged: config.Privileged,
      unconfined: isUnconfined(inspect),
      devices: devicesOf(inspect),
      networking: networkingOf(config.NetworkMode),
      networks: config.NetworkMode === 'none' || config.NetworkMode === 'host' ? [] : networks,
      ports: publishedPorts(inspect),
      mounts,
      tiedTo: tiesOf(inspect),
    },
  };
};

export const inspectContainer = async (host: Host, docker: DockerApi, name: string): Promise<Inspect> => {
  const found = await docker.find(`/containers/${encodeURIComponent(name)}/json`, Inspect);
  if (found === undefined) throw new InvalidInput(`there is no container ${name} in Docker on ${host.name}`);
  return found;
};

const readNetwork = async (
  docker: DockerApi,
  [name, endpoint]: readonly [string, Endpoint],
): Promise<DockerNetwork> => {
  const { Driver, IPAM } = await docker.get(`/networks/${endpoint.NetworkID}`, NetworkInspect);
  const subnets = (IPAM.Config ?? []).flatMap(({ Subnet, Gateway }) =>
    Subnet === undefined ? [] : [{ subnet: Subnet, gateway: Gateway }],
  );
  const isDefault = name === 'bridge';
  return {
    name,
    driver: Driver,
    isDefault,
    subnets,
    // Docker does not show whether it chose the subnet. If so, it refuses fixed addresses in the subnet.
    subnetChosen: endpoint.IPAMConfig?.['IPv4Address'] !== undefined,
    address: endpoint.IPAddress,
    addressFixed: endpoint.IPAMConfig?.['IPv4Address'] !== undefined,
  };
};

const networkingOf = (mode: string): DockerFacts['networking'] => {
  if (mode === 'host' || mode === 'none') return mode;
  return mode.startsWith('container:') ? 'another-container' : 'networks';
};

const publishedPorts = ({ NetworkSettings }: Inspect): readonly PublishedPort[] => {
  const ports = Object.entries(NetworkSettings.Ports ?? {}).flatMap(([port, bindings]) => {
    const [containerPort = '', protocol = 'tcp'] = port.split('/');
    return (bindings ?? []).map(({ HostIp = '', HostPort }) => ({
      protocol,
      hostAddress: HostIp === '0.0.0.0' || HostIp === '::' ? '' : HostIp,
      hostPort: Number(HostPort),
      containerPort: Number(containerPort),
    }));
  });
  // Docker lists a port on all addresses for IPv4 and again for IPv6.
  return ports.filter((port, index) => ports.findIndex((other) => isDeepStrictEqual(port, other)) === index);
};

const devicesOf = ({ HostConfig }: Inspect): readonly string[] => [
  ...(HostConfig.Devices ?? []).map(({ PathOnHost }) => PathOnHost),
  ...(HostConfig.DeviceRequests ?? []).map(() => 'a device request, such as --gpus'),
];

/** A privileged container is unconfined, unless the user chose an AppArmor profile. */
const isUnconfined = ({ HostConfig }: Inspect): boolean => {
  const [requested] = (HostConfig.SecurityOpt ?? []).flatMap(
    (option) => /^apparmor[=:](.*)$/.exec(option)?.[1] ?? [],
  );
  return requested === undefined ? HostConfig.Privileged : requested === 'unconfined';
};

const tiesOf = ({ HostConfig }: Inspect): readonly string[] => {
  const { Links, VolumesFrom, PidMode, IpcMode } = HostConfig;
  return [
    ...(Links ?? []).map((link) => `--link ${link}`),
    ...(VolumesFrom ?? []).map((from) => `--volumes-from ${from}`),
    ...(PidMode === '' || PidMode === 'private' ? [] : [`--pid ${PidMode}`]),
    ...(/^(container:|host$)/.test(IpcMode) ? [`--ipc ${IpcMode}`] : []),
  ];
};
