import type { DockerApi } from './docker-api.ts';
import { NetworkInspect } from './inspect.ts';

/** Creates a network with the settings that it has on the source. */
export const createNetwork = async (
  source: DockerApi,
  destination: DockerApi,
  name: string,
): Promise<void> => {
  const network = await source.get(`/networks/${encodeURIComponent(name)}`, NetworkInspect);
  await destination.send('POST', '/networks/create', {
    Name: network.Name,
    Driver: network.Driver,
    Internal: network.Internal,
    Attachable: network.Attachable,
    EnableIPv6: network.EnableIPv6,
    IPAM: network.IPAM,
    Options: network.Options ?? {},
    Labels: network.Labels ?? {},
    CheckDuplicate: true,
  });
};
