import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { type Emulator, type EmulatorChoice, emulatorOf } from './emulator.ts';
import { labDirectory, labNames } from './lab-directory.ts';
import { readLabRecord } from './lab-record.ts';
import type { Accelerator } from './qemu-arguments.ts';
import { type Suite, suites } from './recipe.ts';

/** A disk with both hosts' saved states, ready to go on from. Nothing in its folder changes any more. */
export interface Image {
  readonly directory: string;
  readonly suite: Suite;
  readonly accelerator: Accelerator;
  readonly emulator: Emulator;
}

/** What is not plain to see from an image's files: `image.json` in its folder. */
export interface ImageRecord {
  readonly suite: Suite;
  readonly accelerator: Accelerator;
  readonly emulator: EmulatorChoice['kind'];
}

const imageRecord = z.object({
  version: z.literal(3),
  suite: z.enum(suites),
  accelerator: z.enum(['kvm', 'tcg']),
  emulator: z.enum(['own', 'kept']),
});
const recordOf = (directory: string): string => join(directory, 'image.json');

export const cacheDirectory = (): string => {
  const configured = process.env['XDG_CACHE_HOME'];
  const caches = configured?.startsWith('/') === true ? configured : join(homedir(), '.cache');
  return join(caches, 'precopy', 'lab');
};

export const readImage = async (directory: string): Promise<Image | undefined> => {
  try {
    return imageOf(directory, imageRecord.parse(JSON.parse(await readFile(recordOf(directory), 'utf8'))));
  } catch {
    return undefined;
  }
};

const imageOf = (directory: string, { suite, accelerator, emulator }: ImageRecord): Image => ({
  directory,
  suite,
  accelerator,
  emulator: emulatorOf(emulator, directory),
});

export const findImage = (key: string): Promise<Image | undefined> => readImage(join(cacheDirectory(), key));

/** Puts a finished build in its place, whole. If another builder was faster, its image is as good. */
export const publishImage = async (building: string, key: string, record: ImageRecord): Promise<Image> => {
  await writeFile(recordOf(building), `${JSON.stringify({ version: 3, ...record })}\n`);
  const directory = join(cacheDirectory(), key);
  await rename(building, directory).catch(async (error: unknown) => {
    await rm(building, { recursive: true });
    if ((await findImage(key)) === undefined) throw error;
  });
  return (await findImage(key)) ?? imageOf(directory, record);
};

/** Notes that an image is used, so that it is kept. */
export const touchImage = ({ directory }: Pick<Image, 'directory'>): Promise<void> =>
  utimes(recordOf(directory), new Date(), new Date());

/** Images kept of each suite: enough to go back and forth between two branches. */
const KEPT = 2;

/** Removes all but the last used images of each suite, and those of running labs. Returns how many it removed. */
export const pruneImages = async (): Promise<number> => {
  const used = await imagesInUse();
  const images = await imagesByUse();
  const spare = [...suites, undefined]
    .flatMap((suite) => images.filter((image) => image.suite === suite).slice(KEPT))
    .map(({ directory }) => directory)
    .filter((directory) => !used.has(directory));
  for (const directory of spare) await rm(directory, { recursive: true });
  return spare.length;
};

const imagesInUse = async (): Promise<ReadonlySet<string>> => {
  const names = await labNames();
  const records = await Promise.all(names.map((name) => readLabRecord(labDirectory(name))));
  return new Set(records.flatMap((record) => (record === undefined ? [] : [record.image])));
};

/** All images, the last used first. One that this program cannot read has no suite. */
const imagesByUse = async (): Promise<
  readonly { readonly directory: string; readonly suite: Suite | undefined }[]
> => {
  await mkdir(cacheDirectory(), { recursive: true });
  const names = (await readdir(cacheDirectory())).filter((name) => /^[0-9a-f]{16}$/.test(name));
  const images = await Promise.all(
    names.map(async (name) => {
      const directory = join(cacheDirectory(), name);
      const used = await stat(recordOf(directory)).then(
        ({ mtimeMs }) => mtimeMs,
        () => 0,
      );
      return { directory, used, suite: (await readImage(directory))?.suite };
    }),
  );
  return images.sort((one, other) => other.used - one.used);
};
