import type { FileRoot } from '../../engine/model/file-root.ts';
import type { Host } from '../../engine/ports/host.ts';

/** Files below one pair of directories, relative to both. */
export interface HotFiles {
  readonly from: string;
  readonly to: string;
  /** Their names, separated by NUL. Names are bytes, and need not be text. */
  readonly names: Uint8Array;
}

// From here on each byte of a path is one character of a string, because a path may hold any byte.
const charactersOf = (text: string): string => Buffer.from(text).toString('latin1');
const decoded = (base64: string): string => Buffer.from(base64, 'base64').toString('latin1');

const listWritableMappings = [
  'export LC_ALL=C; for procs in $(find "/sys/fs/cgroup$1" -name cgroup.procs); do',
  'while read -r pid; do grep -ahE "^[^ ]+ .w.s " "/proc/$pid/maps"; done <"$procs"; done | sort -u | base64 -w 0',
].join(' ');

/**
 * Returns the files that a process of the container has mapped shared and writable, by the root that contains
 * them. A write to such a page changes the file's time only when the page was clean, so times do not show
 * every change.
 */
export const hotFiles = async (
  host: Host,
  cgroupPath: string,
  roots: readonly FileRoot[],
): Promise<readonly HotFiles[]> => {
  const { stdout } = await host.run({ argv: ['sh', '-c', listWritableMappings, 'sh', cgroupPath] });
  const byRoot = new Map<FileRoot, readonly string[]>();
  for (const path of new Set(decoded(stdout).split('\n').flatMap(mappedFile))) {
    const root = rootOf(path, roots);
    if (root !== undefined) byRoot.set(root, [...(byRoot.get(root) ?? []), path]);
  }
  const found = await Promise.all([...byRoot].map(([root, paths]) => existingFiles(host, root, paths)));
  return found.filter(({ names }) => names.length > 0);
};

/**
 * Returns the root that contains a path of the container. A mount hides what lies beneath, so the longest
 * path wins.
 */
const rootOf = (path: string, roots: readonly FileRoot[]): FileRoot | undefined =>
  roots
    .filter(
      ({ seen }) =>
        seen !== undefined && path.startsWith(seen.at === '/' ? '/' : charactersOf(`${seen.at}/`)),
    )
    .sort((one, other) => (other.seen?.at.length ?? 0) - (one.seen?.at.length ?? 0))[0];

const listExisting = [
  'export LC_ALL=C; while IFS= read -r -d "" path; do',
  '[ ! -f "$1$path" ] || printf "%s\\0" "$path"; done | base64 -w 0',
].join(' ');

const existingFiles = async (host: Host, root: FileRoot, paths: readonly string[]): Promise<HotFiles> => {
  const { at, below } = root.seen ?? { at: '/', below: '' };
  const from = `${root.from}${below}`;
  const relative = paths.map((path) => `${path.slice(at === '/' ? 0 : charactersOf(at).length)}\0`);
  // Through standard input: the names of a database's files are more than fits into a command line.
  const stdin = Buffer.from(relative.join(''), 'latin1');
  const { stdout } = await host.run({ argv: ['bash', '-c', listExisting, 'bash', from], stdin });
  return { from, to: `${root.to}${below}`, names: Buffer.from(stdout, 'base64') };
};

/** Returns the path of a file in a line of /proc/PID/maps. The kernel writes a newline as `\012`. */
const mappedFile = (line: string): readonly string[] => {
  const path = /^\S+ \S+ \S+ \S+ \d+\s+(\/.*)$/.exec(line)?.[1];
  if (
    path === undefined ||
    path.endsWith(' (deleted)') ||
    path.startsWith('/dev/zero') ||
    path.startsWith('/SYSV')
  )
    return [];
  return [path.replaceAll('\\012', '\n')];
};
