import { posix } from 'node:path';
import { InvalidInput } from '../../engine/model/errors.ts';
import type { FileRoot } from '../../engine/model/file-root.ts';
import type { Plan } from '../../engine/model/plan.ts';
import type { Host } from '../../engine/ports.ts';

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

/** Tells the destination which directories files may go to. The source can name no other, and reaches nothing above them. */
export const placeModules = async (
  destination: Host,
  { destinationDirectory }: Plan,
  roots: readonly FileRoot[],
): Promise<Modules> => {
  const directories = [...new Set(roots.map(({ kind, to }) => directoryOf(kind, to)))];
  const modules = new Map(directories.map((path, index) => [path, `files-${index}`]));
  await destination.run({ argv: ['mkdir', '-p', '--', ...directories] });
  const file = `${destinationDirectory}/rsyncd.conf`;
  await destination.writeFile(file, rsyncdConf(modules, `${destinationDirectory}/rsync.log`), 0o600);
  return modules;
};

const rsyncdConf = (modules: Modules, log: string): string =>
  [
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
    `log file = ${log}`,
    ...[...modules].flatMap(([path, name]) => [`[${name}]`, `path = ${plain(path)}`]),
    '',
  ].join('\n');

/** rsync's configuration has no quoting: what it would take for something else cannot be said. */
const plain = (path: string): string => {
  if (/[\r\n]|\\$|\s$|%\w+%/.test(path)) {
    throw new InvalidInput(
      `files cannot go to ${JSON.stringify(path)}: rsync's configuration cannot name it`,
    );
  }
  return path;
};
