import type { DockerMount } from '../../engine/model/docker.ts';
import { type Bytes, kibToBytes } from '../../engine/model/units.ts';
import type { Host } from '../../engine/ports/host.ts';
import type { DockerApi } from './docker-api.ts';
import { type Inspect, VolumeInspect } from './inspect.ts';

/** Reads the container's volumes and bind mounts, with the names that a user gives them. */
export const readMounts = async (
  host: Host,
  docker: DockerApi,
  inspect: Inspect,
  signal?: AbortSignal,
): Promise<readonly DockerMount[]> =>
  Promise.all(
    // Docker's order differs from call to call.
    [...inspect.Mounts].sort(byDestination).map(async (mount): Promise<DockerMount> => {
      const { Type, Name = '', Source = '', Destination, Driver = '', RW } = mount;
      const kind = Type === 'volume' || Type === 'bind' ? Type : 'other';
      const common = {
        kind,
        driver: Driver,
        source: Source,
        destination: Destination,
        writable: RW,
      } as const;
      if (kind === 'other') {
        return { ...common, name: Destination, reachableFromAll: false, size: kibToBytes(0) };
      }
      const [onNetwork, size] = await Promise.all([
        isOnNetwork(host, Source, signal),
        sizeOf(host, Source, signal),
      ]);
      const global = kind === 'volume' && (await isGlobal(docker, Name));
      return {
        ...common,
        name: kind === 'volume' ? Name : Source,
        reachableFromAll: onNetwork || global,
        size,
      };
    }),
  );

const byDestination = (one: Inspect['Mounts'][number], other: Inspect['Mounts'][number]): number =>
  one.Destination < other.Destination ? -1 : 1;

const isGlobal = async (docker: DockerApi, name: string): Promise<boolean> => {
  const { Scope } = await docker.get(`/volumes/${encodeURIComponent(name)}`, VolumeInspect);
  return Scope === 'global';
};

/** findmnt's names of file systems that several hosts can mount. */
const networkFileSystems =
  /^(nfs\d?|cifs|smb\d?|ceph|gfs2?|ocfs2|lustre|afs|9p|v9fs|glusterfs|fuse\.(glusterfs|ceph|sshfs|s3fs))$/;

const isOnNetwork = async (host: Host, path: string, signal?: AbortSignal): Promise<boolean> => {
  const { stdout } = await host.probe({ argv: ['findmnt', '-no', 'FSTYPE', '--target', path] }, signal);
  return networkFileSystems.test(stdout.trim());
};

/** Returns zero when the size cannot be read within 30 s. */
const sizeOf = async (host: Host, path: string, signal?: AbortSignal): Promise<Bytes> => {
  const { stdout } = await host.probe({ argv: ['timeout', '30', 'du', '-skx', '--', path] }, signal);
  return kibToBytes(Number.parseInt(stdout, 10) || 0);
};
