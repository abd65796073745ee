import type { DockerMount } from '../../model/docker.ts';

/** What the kernel makes, and is another host's own. What lies below `/dev/shm` is files like any. */
const kernels = /^\/(proc|sys|dev)$|^\/(proc|sys)\/|^\/dev\/(?!shm\/)/;

const engineSockets: ReadonlySet<string> = new Set([
  '/run/docker.sock',
  '/var/run/docker.sock',
  '/run/containerd/containerd.sock',
  '/var/run/containerd/containerd.sock',
]);

/** A host runs on these: the files of another host over them would end it. */
const systemTrees: ReadonlySet<string> = new Set([
  ...['/', '/bin', '/boot', '/dev', '/etc', '/home', '/lib', '/lib64', '/proc', '/root', '/run', '/sbin'],
  ...['/sys', '/tmp', '/usr', '/var', '/var/lib', '/var/run', '/run/precopy', '/var/lib/docker'],
]);

export const isEngineSocket = (path: string): boolean => engineSockets.has(path);

/** A bind mount of something that each host has of its own, so that nothing of it has to move. */
export const isHostsOwn = ({ kind, name }: DockerMount): boolean =>
  kind === 'bind' && (kernels.test(name) || engineSockets.has(name));

/** A path that no host's content is ever copied over. */
export const isNeverCopied = (path: string): boolean =>
  kernels.test(path) ||
  engineSockets.has(path) ||
  systemTrees.has(path) ||
  path.startsWith('/var/lib/docker/');
