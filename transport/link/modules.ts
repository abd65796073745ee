import { posix } from 'node:path';
import { InvalidInput } from '../../engine/model/errors.ts';
import type { FileRoot } from '../../engine/model/file-root.ts';
import type { Plan } from '../../engine/model/plan.ts';
import type { Host } from '../../engine/ports/host.ts';
import { escapePattern } from './rsync.ts';

/** The names of rsync's modules, by the directories on the destination that they stand for. */
export type Modules = ReadonlyMap<string, string>;

/** Returns a path on the destination as its rsync daemon knows it: the module, and the path below that. */
export const modulePath = (modules: Modules, path: string): string => {
  const [directory, name] = [...modules]
    .filter(([each]) => path === each || path.startsWith(`${each}/`))
    .reduce<readonly [string, string] | []>(
      (best, each) => (each[0].length > (best[0]?.length ?? 0) ? each : best),
      [],
    );
  if (directory === undefined) throw new Error(`no rsync module contains ${path}`);
  return `${name}${path.slice(directory.length)}`;
};

const directoryOf = (kind: FileRoot['kind'], to: string): string =>
  kind === 'file' ? posix.dirname(to) : to;

/** Configures the destination's rsync daemon. The source can write only to the directories of its modules. */
export const writeModules = async (
  destination: Host,
  { destinationDirectory }: Plan,
  roots: readonly FileRoot[],
): Promise<Modules> => {
  const directories = [...new Set(roots.map(({ kind, to }) => directoryOf(kind, to)))];
  const modules = new Map(directories.map((path, index) => [path, `files-${index}`]));
  await destination.run({ argv: ['mkdir', '-p', '--', ...directories] });
  const lines = [...modules].map(async ([path, name]) => {
    const filter = roots.some(({ kind, to }) => kind === 'tree' && to === path)
      ? []
      : await onlyFiles(destination, `${destinationDirectory}/${name}`, path, roots);
    return [`[${name}]`, `path = ${plainPath(path)}`, ...filter];
  });
  const log = `log file = ${destinationDirectory}/rsync.log`;
  const conf = [...commonSettings, log, ...(await Promise.all(lines)).flat(), ''].join('\n');
  await destination.writeFile(`${destinationDirectory}/rsyncd.conf`, conf, 0o600);
  return modules;
};

/** Returns settings that refuse all files in a directory but those of the migration, which `list` names. */
const onlyFiles = async (
  destination: Host,
  list: string,
  directory: string,
  roots: readonly FileRoot[],
): Promise<readonly string[]> => {
  const names = roots.filter(({ kind, to }) => kind === 'file' && posix.dirname(to) === directory);
  const patterns = names.map(({ to }) => `+ /${escapePattern(plainPath(posix.basename(to)))}\n`);
  await destination.writeFile(list, patterns.join(''), 0o600);
  return [`include from = ${list}`, 'exclude = *'];
};

const commonSettings = [
  'uid = root',
  'gid = root',
  'use chroot = yes',
  'numeric ids = yes',
  'munge symlinks = no',
  'list = no',
  'read only = no',
  'write only = yes',
  // A name server that does not answer must not lengthen the downtime.
  'reverse lookup = no',
];

/** Throws when rsync's configuration would misread the path: it has no quoting. */
const plainPath = (path: string): string => {
  if (/[\r\n]|\\$|\s$|%\w+%/.test(path)) {
    throw new InvalidInput(
      `files cannot go to ${JSON.stringify(path)}: rsync's configuration cannot contain this path`,
    );
  }
  return path;
};
