import type { FileRoot } from '../../engine/model/file-root.ts';

interface Rsync {
  readonly root: FileRoot;
  /** The remote shell, as rsync wants it: split at spaces. */
  readonly shell: string;
  readonly destination: string;
}

/** Wildcards of rsync's filters stand for themselves in a path. Where there is none, rsync takes a backslash literally. */
export const escapePattern = (path: string): string =>
  /[[*?]/.test(path) ? path.replace(/[[\]*?\\]/g, '\\$&') : path;

/** In a module of the daemon over there. The colons of an IPv6 address would end the host. */
const remotePath = (destination: string, path: string): string => {
  const [, user = '', host = ''] = /^([^@]*@)?(.*)$/s.exec(destination) ?? [];
  return `${user}${host.includes(':') ? `[${host}]` : host}::${path}`;
};

/** What rsync is told on standard input to bring a directory over, whole: it can be started before that is wanted. */
export const EVERYTHING = '.\0';

/** What it says once it is connected, and waits to be told what to send. */
export const READY = 'sending incremental file list';

/**
 * Brings one directory over, exactly, once it is told `EVERYTHING`: owners by number, hard links, xattrs (overlay's own among them), devices (whiteouts
 * are character devices), sparse files, deletions. Times are compared in nanoseconds: within one second a file can
 * change without changing its size.
 */
export const rsyncArgv = ({ root, shell, destination }: Rsync): readonly [string, ...string[]] => [
  'rsync',
  '-aHAXSx',
  '--numeric-ids',
  '--modify-window=-1',
  '--delete',
  '--stats',
  '--no-human-readable',
  '--secluded-args',
  // On both ends: neither waits for ever on a link that died.
  '--timeout=60',
  '--out-format=/%n',
  ...(root.kind === 'file'
    ? ['--inplace']
    : ['--from0', '--files-from=-', '--info=flist1', '--outbuf=L', '-r']),
  ...root.exclude.map((path) => `--exclude=${escapePattern(path)}`),
  '-e',
  shell,
  '--',
  ...(root.kind === 'file'
    ? [root.from, remotePath(destination, root.to)]
    : [`${root.from}/`, `${remotePath(destination, root.to)}/`]),
];

/**
 * Sends the files named on standard input, NUL between them, whatever their times and sizes say. In place: a sync of
 * everything is under way at the same time, and would delete a file it does not know.
 */
export const rsyncFilesArgv = (
  { from, to }: { readonly from: string; readonly to: string },
  shell: string,
  destination: string,
): readonly [string, ...string[]] => [
  'rsync',
  '-aHAXSI',
  '--inplace',
  '--numeric-ids',
  '--stats',
  '--no-human-readable',
  '--secluded-args',
  '--timeout=60',
  '--from0',
  '--files-from=-',
  '-e',
  shell,
  '--',
  `${from}/`,
  `${remotePath(destination, to)}/`,
];

/** rsync's exit code when a file was gone that it had seen before. */
export const VANISHED = 24;

/**
 * Whether the sync met a directory that criu's dump makes in the container's /tmp and removes again (it mounts a tmpfs
 * there whose own mount point other mounts cover).
 */
export const metTheDump = (stdout: string): boolean => /^\/(.*\/)?tmp\/cr-tmpfs\.\w{6}\/$/m.test(stdout);

/** Bytes rsync put on the wire, from its `--stats`. */
export const bytesSent = (stdout: string): number =>
  Number(/^Total bytes sent: (\d+)/m.exec(stdout)?.[1] ?? 0);
