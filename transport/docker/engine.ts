import { posix } from 'node:path';
import type { DockerEngine } from '../../engine/model/docker.ts';
import type { Host } from '../../engine/ports/host.ts';
import type { DockerApi } from './docker-api.ts';
import { readExecRoot } from './exec-root.ts';
import { Info } from './inspect.ts';

/** Reads the facts of a host's Docker daemon. Changes nothing. */
export const readEngine = async (
  host: Host,
  docker: DockerApi,
  signal?: AbortSignal,
): Promise<DockerEngine> => {
  const [info, execRoot] = await Promise.all([docker.get('/info', Info), readExecRoot(host, signal)]);
  const options = info.SecurityOptions ?? [];
  const has = (name: string): boolean => options.some((option) => option.split(',').includes(`name=${name}`));
  // With userns-remap Docker's root directory is named after the remapped root (moby daemon/daemon_unix.go).
  const userns = has('userns') ? posix.basename(info.DockerRootDir) : undefined;
  return {
    version: info.ServerVersion,
    storageDriver: info.Driver,
    cgroupDriver: info.CgroupDriver === 'systemd' ? 'systemd' : 'cgroupfs',
    appArmor: has('apparmor'),
    usernsRemap: userns !== undefined,
    runcRoot: `${execRoot}/runtime-runc/${namespaceOf(info.ServerVersion, userns)}`,
  };
};

/** containerd's namespace for Docker's containers. Since Docker 26 each remapped root has its own. */
const namespaceOf = (version: string, userns: string | undefined): string =>
  userns === undefined || Number.parseInt(version, 10) < 26 ? 'moby' : `moby-${userns}`;
