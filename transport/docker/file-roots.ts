import { posix } from 'node:path';
import { InvalidInput } from '../../engine/model/errors.ts';
import type { FileRoot } from '../../engine/model/file-root.ts';
import type { Plan } from '../../engine/model/plan.ts';
import type { Host } from '../../engine/ports/host.ts';
import type { Created } from './create.ts';
import type { Inspect } from './inspect.ts';

const tree = (from: string, to: string, at: string): FileRoot => ({
  kind: 'tree',
  from,
  to,
  exclude: [],
  seen: { at, below: '' },
  when: 'always',
});

const file = (from: string, to: string): FileRoot => ({
  kind: 'file',
  from,
  to,
  exclude: [],
  seen: undefined,
  when: 'always',
});

/** What the container wrote, the volumes that come along, and what it has logged so far. */
export const dockerFileRoots = async (
  source: Host,
  plan: Plan,
  created: Created,
): Promise<readonly FileRoot[]> => {
  const { rootfs } = plan;
  if (rootfs.kind !== 'overlay') throw new InvalidInput('the root filesystem is no overlay');
  const copied = created.places.filter(({ fate }) => fate === 'copy');
  const [files, logs] = await Promise.all([
    regularFiles(
      source,
      copied.map(({ mount }) => mount.source),
    ),
    logFiles(source, created),
  ]);
  const mounts = copied.map(({ mount, path }) =>
    files.has(mount.source) ? file(mount.source, path) : tree(mount.source, path, mount.destination),
  );
  return [tree(rootfs.upper, created.upper, '/'), ...mounts, ...logs];
};

const regularFiles = async (host: Host, paths: readonly string[]): Promise<ReadonlySet<string>> => {
  const test = 'for path; do [ ! -f "$path" ] || printf "%s\\0" "$path"; done';
  const { stdout } = await host.run({ argv: ['sh', '-c', test, 'sh', ...paths] });
  return new Set(stdout.split('\0').filter((path) => path !== ''));
};

/** Only this driver's files may be written to beside Docker: spaces between their records count for nothing. */
export const logMoves = ({ HostConfig, LogPath }: Inspect): boolean =>
  HostConfig.LogConfig.Type === 'json-file' && LogPath !== '';

/** Where the log is kept until it can be put in its place: Docker has that open from the parking on. */
export const stagedLog = (directory: string): string => `${directory}/precopy-log`;

/** Logs bear the container's id in their names, rotated ones a number after it. */
const logFiles = async (host: Host, { source, directory, id }: Created): Promise<readonly FileRoot[]> => {
  if (!logMoves(source)) return [];
  const list = 'for path in "$1" "$1".*; do [ ! -f "$path" ] || printf "%s\\0" "$path"; done';
  const { stdout } = await host.run({ argv: ['sh', '-c', list, 'sh', source.LogPath] });
  const from = posix.dirname(source.LogPath);
  return stdout
    .split('\0')
    .filter((path) => path !== '')
    .map((path) =>
      file(
        path,
        path === source.LogPath
          ? stagedLog(directory)
          : `${directory}${path.slice(from.length).replace(source.Id, id)}`,
      ),
    );
};
