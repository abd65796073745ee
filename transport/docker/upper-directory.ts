import { InvalidInput } from '../../engine/model/errors.ts';
import type { Host } from '../../engine/ports/host.ts';
import type { Info, Inspect } from './inspect.ts';

/** What Docker calls its storage driver where containerd keeps the images, in its snapshotter of that name. */
export const CONTAINERD_STORE = 'overlayfs';

/** The system's containerd, and the one that dockerd starts where there is none (moby cmd/dockerd/daemon_unix.go). */
const SOCKETS = ['/run/containerd/containerd.sock', '/run/docker/containerd/containerd.sock'] as const;

/** Where a container that was created writes its files. Docker itself says that of its own storage drivers only. */
export const upperDirectory = async (
  host: Host,
  info: Info,
  { Id, GraphDriver }: Inspect,
): Promise<string> => {
  const told = GraphDriver?.Data?.['UpperDir'];
  if (told !== undefined) return told;
  const sockets = info.Containerd === undefined ? SOCKETS : [info.Containerd.Address];
  const namespace = info.Containerd?.Namespaces.Containers ?? 'moby';
  const errors: string[] = [];
  for (const socket of sockets) {
    const at = ['--address', socket, '--namespace', namespace] as const;
    // It prints the command that would mount the snapshot there, and mounts nothing.
    const mounts = ['snapshots', '--snapshotter', info.Driver, 'mounts', '/mnt', Id] as const;
    const argv = ['ctr', ...at, ...mounts] as const;
    const { stdout, stderr } = await host.probe({ argv });
    const [, upper] = /[ ,]upperdir=(\/[^,\s]+)/.exec(stdout) ?? [];
    if (upper !== undefined) return upper;
    errors.push(stderr.trim());
  }
  throw new InvalidInput(
    `containerd on ${host.name} does not tell where ${Id} is written: ${errors.join('; ')}`,
  );
};
