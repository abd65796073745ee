import { InvalidInput } from '../../engine/model/errors.ts';
import type { Host } from '../../engine/ports/host.ts';
import type { Info, Inspect } from './inspect.ts';

/** Docker's name for its storage driver when containerd keeps the images. */
export const CONTAINERD_STORE = 'overlayfs';

/** The sockets of containerd and of the one that dockerd starts (moby cmd/dockerd/daemon_unix.go). */
const SOCKETS = ['/run/containerd/containerd.sock', '/run/docker/containerd/containerd.sock'] as const;

/** Returns the directory that a container writes to. Docker shows that of its own drivers only. */
export const upperDirectory = async (
  host: Host,
  info: Info,
  { Id, GraphDriver }: Inspect,
): Promise<string> => {
  const fromDocker = GraphDriver?.Data?.['UpperDir'];
  if (fromDocker !== undefined) return fromDocker;
  const sockets = info.Containerd === undefined ? SOCKETS : [info.Containerd.Address];
  const namespace = info.Containerd?.Namespaces.Containers ?? 'moby';
  const errors: string[] = [];
  for (const socket of sockets) {
    const connection = ['--address', socket, '--namespace', namespace] as const;
    // ctr prints the command that would mount the snapshot, and mounts nothing.
    const mounts = ['snapshots', '--snapshotter', info.Driver, 'mounts', '/mnt', Id] as const;
    const argv = ['ctr', ...connection, ...mounts] as const;
    const { stdout, stderr } = await host.probe({ argv });
    const [, upper] = /[ ,]upperdir=(\/[^,\s]+)/.exec(stdout) ?? [];
    if (upper !== undefined) return upper;
    errors.push(stderr.trim());
  }
  throw new InvalidInput(
    `containerd on ${host.name} does not say which directory container ${Id} writes to: ${errors.join('; ')}`,
  );
};
