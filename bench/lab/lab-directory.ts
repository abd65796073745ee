import { lstat, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LabError } from './lab-error.ts';
import { type LabRecord, writeLabRecord } from './lab-record.ts';

/** Names become folders, parts of socket paths and parts of command lines. */
export const checkLabName = (name: string): string => {
  if (!/^[a-z0-9][a-z0-9-]{0,31}$/.test(name))
    throw new LabError(
      `'${name}' cannot be a lab's name: up to 32 of a-z, 0-9 and '-', not starting with '-'`,
    );
  return name;
};

/** Where running labs are: short, so that paths of sockets in it fit, and on a disk rather than in memory. */
export const labsDirectory = (): string =>
  process.env['PRECOPY_LAB_DIR'] ?? `/tmp/precopy-lab-${process.getuid?.() ?? 0}`;

export const labDirectory = (name: string): string => join(labsDirectory(), checkLabName(name));

/** A folder of others in /tmp could have our keys read, or point us anywhere. */
const prepareLabsDirectory = async (): Promise<void> => {
  const directory = labsDirectory();
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const found = await lstat(directory);
  if (!found.isDirectory() || found.uid !== process.getuid?.() || (found.mode & 0o022) !== 0)
    throw new LabError(`${directory} is not a folder of your own that only you can write to`);
};

/** Makes a lab's folder with its record in it, all at once. The name is taken from then on. */
export const createLabDirectory = async (record: LabRecord): Promise<string> => {
  const directory = labDirectory(record.name);
  await prepareLabsDirectory();
  const fresh = await mkdtemp(join(labsDirectory(), '.new-'));
  try {
    await writeLabRecord(fresh, record);
    await rename(fresh, directory);
    return directory;
  } catch (cause) {
    await rm(fresh, { recursive: true, force: true });
    if (!isTaken(cause)) throw cause;
    throw new LabError(`lab ${record.name} exists already`, {
      hint: `npx precopy-bench lab down --name ${record.name}`,
      cause,
    });
  }
};

const isTaken = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOTEMPTY' || error.code === 'EEXIST');

export const labNames = async (): Promise<readonly string[]> => {
  const entries = await readdir(labsDirectory(), { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => name)
    .sort();
};
