import { posix } from 'node:path';
import { InvalidInput } from '../../engine/model/errors.ts';
import type { FileRoot } from '../../engine/model/file-root.ts';
import type { Plan } from '../../engine/model/plan.ts';
import type { Host } from '../../engine/ports/host.ts';
import { escapePattern } from './rsync.ts';

/** Names of rsync's modules by the directories on the destination they stand for. */
export type Modules = ReadonlyMap<string, string>;

/** A path on the destination as rsync there knows it: its module, and what is below that. */
export const inModules = (modules: Modules, path: string): string => {
  const [directory, name] = [...modules]
    .filter(([each]) => path === each || path.startsWith(`${each}/`))
    .reduce<readonly [string, string] | []>(
      (best, each) => (each[0].length > (best[0]?.length ?? 0) ? each : best),
      [],
    );
  if (directory === undefined) throw new Error(`${path} is none of the places that files go to`);
  return `${name}${path.slice(directory.length)}`;
};

const directoryOf = (kind: FileRoot['kind'], to: string): string =>
  kind === 'file' ? posix.dirname(to) : to;

/** Tells the destination where files may go. The source can name no other place, and reaches nothing above these. */
export const placeModules = async (
  destination: Host,
  { destinationDirectory }: Plan,
  roots: readonly FileRoot[],
): Promise<Modules> => {
  const directories = [...new Set(roots.map(({ kind, to }) => directoryOf(kind, to)))];
  const modules = new Map(directories.map((path, index) => [path, `files-${index}`]));
  await destination.run({ argv: ['mkdir', '-p', '--', ...directories] });
  const lines = [...modules].map(async ([path, name]) => {
    const alone = roots.some(({ kind, to }) => kind === 'tree' && to === path)
      ? []
      : await onlyFiles(destination, `${destinationDirectory}/${name}`, path, roots);
    return [`[${name}]`, `path = ${plain(path)}`, ...alone];
  });
  const log = `log file = ${destinationDirectory}/rsync.log`;
  const conf = [...common, log, ...(await Promise.all(lines)).flat(), ''].join('\n');
  await destination.writeFile(`${destinationDirectory}/rsyncd.conf`, conf, 0o600);
  return modules;
};

/** A single file's neighbours are none of ours: all but what is named in a file of its own is refused. */
const onlyFiles = async (
  destination: Host,
  list: string,
  directory: string,
  roots: readonly FileRoot[],
): Promise<readonly string[]> => {
  const names = roots.filter(({ kind, to }) => kind === 'file' && posix.dirname(to) === directory);
  const patterns = names.map(({ to }) => `+ /${escapePattern(plain(posix.basename(to)))}\n`);
  await destination.writeFile(list, patterns.join(''), 0o600);
  return [`include from = ${list}`, 'exclude = *'];
};

const common = [
  'uid = root',
  'gid = root',
  'use chroot = yes',
  'numeric ids = yes',
  'munge symlinks = no',
  'list = no',
  'read only = no',
  'write only = yes',
  // A name server that does not answer must not cost the downtime.
  'reverse lookup = no',
];

/** rsync's configuration has no quoting: what it would take for something else cannot be said. */
const plain = (path: string): string => {
  if (/[\r\n]|\\$|\s$|%\w+%/.test(path)) {
    throw new InvalidInput(
      `files cannot go to ${JSON.stringify(path)}: rsync's configuration cannot name it`,
    );
  }
  return path;
};
