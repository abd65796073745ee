import type { FileRoot } from '../../engine/model/file-root.ts';

interface Rsync {
  readonly root: FileRoot;
  /** The remote shell, which rsync splits at spaces. */
  readonly shell: string;
  readonly destination: string;
}

/** Escapes the wildcards of rsync's filters. In a path without wildcards a backslash stands for itself. */
export const escapePattern = (path: string): string =>
  /[[*?]/.test(path) ? path.replace(/[[\]*?\\]/g, '\\$&') : path;

/** Returns the path in a module of the destination's daemon. The colons of an IPv6 address need brackets. */
const remotePath = (destination: string, path: string): string => {
  const [, user = '', host = ''] = /^([^@]*@)?(.*)$/s.exec(destination) ?? [];
  return `${user}${host.includes(':') ? `[${host}]` : host}::${path}`;
};

/** The standard input that makes rsync send a whole directory. Until then a started rsync waits. */
export const EVERYTHING = '.\0';

/** rsync prints this line once it is connected and waits for the names to send. */
export const READY = 'sending incremental file list';

/**
 * Sends one directory exactly, after `EVERYTHING` on standard input: owners by number, hard links, xattrs
 * (also those of overlay), devices (whiteouts are character devices), sparse files, deletions. Times are
 * compared in nanoseconds, because a file can change within one second without changing its size.
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
  // Valid on both hosts, so neither waits for ever after the link is lost.
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
 * Sends the files that standard input names, separated by NUL, whatever their times and sizes are. Writes in
 * place: a sync of everything runs at the same time and would delete a temporary file.
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

/** rsync's exit code when a file vanished between its listing and its transfer. */
export const EXIT_VANISHED = 24;

/**
 * Returns whether the sync met a directory that criu's dump makes in the container's /tmp and removes again
 * (criu mounts a tmpfs there whose own mount point is covered by other mounts).
 */
export const sawDumpDirectory = (stdout: string): boolean =>
  /^\/(.*\/)?tmp\/cr-tmpfs\.\w{6}\/$/m.test(stdout);

/** Returns the bytes that rsync has sent, from its `--stats`. */
export const bytesSent = (stdout: string): number =>
  Number(/^Total bytes sent: (\d+)/m.exec(stdout)?.[1] ?? 0);
