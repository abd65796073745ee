import { posix } from 'node:path';
import { InvalidInput } from '../../engine/model/errors.ts';
import type { FileRoot } from '../../engine/model/file-root.ts';
import type { Plan } from '../../engine/model/plan.ts';
import type { Host } from '../../engine/ports/host.ts';
import type { CreatedContainer } from './create.ts';
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

/** Returns the container's changes to its root filesystem, the mounts to copy, and its log files. */
export const dockerFileRoots = async (
  source: Host,
  plan: Plan,
  created: CreatedContainer,
): Promise<readonly FileRoot[]> => {
  const { rootfs } = plan;
  if (rootfs.kind !== 'overlay')
    throw new InvalidInput('the root filesystem of the container is not an overlay');
  const copied = created.mounts.filter(({ fate }) => fate === 'copy');
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

/** Only `json-file` logs can be written beside Docker: spaces between their records mean nothing. */
export const isLogCopied = ({ HostConfig, LogPath }: Inspect): boolean =>
  HostConfig.LogConfig.Type === 'json-file' && LogPath !== '';

/** The log's path until the restore. Docker opens the final path when the restore is parked. */
export const stagedLogPath = (directory: string): string => `${directory}/precopy-log`;

/** A log file's name has the container's id in it; that of a rotated one ends in a number. */
const logFiles = async (
  host: Host,
  { source, directory, id }: CreatedContainer,
): Promise<readonly FileRoot[]> => {
  if (!isLogCopied(source)) return [];
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
          ? stagedLogPath(directory)
          : `${directory}${path.slice(from.length).replace(source.Id, id)}`,
      ),
    );
};
