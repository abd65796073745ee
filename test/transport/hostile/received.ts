import { lstat, mkdir, readdir, readFile, readlink, symlink, truncate, writeFile } from 'node:fs/promises';
import { scriptArgv } from '../../../transport/door/script.ts';
import { localHost } from '../../../transport/host/local-host.ts';
import { corpusOf, type Files } from '../../criu-proto/corpus.ts';
import { temporaryDirectory } from '../scripts/start-script.ts';

/** A migration directory on the destination, and the directory around it. */
export interface Received {
  /** The directory that contains the migration directory. */
  readonly surroundings: string;
  readonly directory: string;
  readonly final: string;
  readonly config: string;
  /** The container's cgroup on the source. */
  readonly cgroup: string;
}

const writeImages = async (folder: string, files: Files): Promise<void> => {
  await mkdir(folder, { recursive: true });
  for (const [name, { bytes, size, target }] of Object.entries(files)) {
    const path = `${folder}/${name}`;
    if (target !== undefined) {
      await symlink(target, path);
      continue;
    }
    const archive = name.endsWith('.tar.gz.img') ? Buffer.from([0x1f, 0x8b]) : '';
    await writeFile(path, bytes ?? archive);
    if (bytes === undefined) await truncate(path, size);
  }
};

/** Writes images of criu of a container into a directory, as a destination receives them. */
export const received = async (
  criu: string,
  round: 'docker' | 'runc' | 'last',
  configuration: object,
): Promise<Received> => {
  const surroundings = await temporaryDirectory();
  const directory = `${surroundings}/migration`;
  await localHost().run({ argv: scriptArgv('make-destination-directory', directory, 'm1') });
  await mkdir(`${surroundings}/etc`);
  await writeFile(`${surroundings}/etc/passwd`, 'root:x:0:0\n', { mode: 0o644 });
  const { rounds } = corpusOf(criu);
  for (const [name, files] of Object.entries(rounds)) {
    const isOlder = round === 'last' && name.startsWith('round-');
    if (name === round) await writeImages(`${directory}/images/final`, files);
    else if (isOlder) await writeImages(`${directory}/images/${name}`, files);
  }
  if (round === 'last')
    await writeFile(`${directory}/images/final/descriptors.json`, '["/dev/null","/dev/null","/dev/null"]');
  const config = `${directory}/config.json`;
  await writeFile(config, JSON.stringify(configuration));
  await writeFile(`${directory}/received`, '');
  return {
    surroundings,
    directory,
    final: `${directory}/images/final`,
    config,
    cgroup: cgroupIn(rounds[round]),
  };
};

/** Returns the path of the container's cgroup, which the image holds. */
const cgroupIn = (files: Files = {}): string =>
  /\/(?:docker\/[0-9a-f]{64}|images)/.exec(
    Buffer.from(files['cgroup.img']?.bytes ?? []).toString('latin1'),
  )?.[0] ?? '/';

/** Returns kind, mode, size and content, but not the times, of every file below a directory. */
export const snapshot = async (directory: string): Promise<readonly string[]> => {
  const names = (await readdir(directory, { recursive: true })).sort();
  return Promise.all(
    names.map(async (name) => {
      const path = `${directory}/${name}`;
      const stats = await lstat(path);
      const content = stats.isSymbolicLink()
        ? await readlink(path)
        : stats.isFile() && stats.size < 100_000
          ? (await readFile(path)).toString('base64')
          : '';
      return [name, stats.mode.toString(8), stats.uid, stats.isDirectory() ? '' : stats.size, content].join(
        ' ',
      );
    }),
  );
};
