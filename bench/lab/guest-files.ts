import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Scripts and settings that become part of a host. */
export const guestDirectory: string = fileURLToPath(new URL('./guest/', import.meta.url));
/** Programs that the containers run, and that look at them. */
export const workloadsDirectory: string = fileURLToPath(new URL('../workloads/', import.meta.url));

/** Everything an image is made of that is not in the recipe, by name. */
export const imageSources = async (): Promise<ReadonlyMap<string, string>> => {
  const sources = new Map<string, string>();
  for (const directory of [guestDirectory, workloadsDirectory])
    for (const name of (await readdir(directory)).sort())
      sources.set(name, await readFile(join(directory, name), 'utf8'));
  return sources;
};
