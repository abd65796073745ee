import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cacheDirectory } from './cache.ts';
import { isAlive, type ProcessIdentity, self } from './processes.ts';

/** A build goes on in a folder that names the image and the builder, and is renamed when it is done. */
const nameOf = (key: string, { pid, startTime }: ProcessIdentity): string =>
  `.building-${key}-${pid}-${startTime}`;

const parseName = (name: string): { readonly key: string; readonly builder: ProcessIdentity } | undefined => {
  const [, key, pid, startTime] = /^\.building-([0-9a-f]{16})-(\d+)-(\d+)$/.exec(name) ?? [];
  return key === undefined || pid === undefined || startTime === undefined
    ? undefined
    : { key, builder: { pid: Number(pid), startTime } };
};

/** Removes what builders left that were killed; their processes have died with them. */
export const removeDeadBuilds = async (): Promise<void> => {
  await mkdir(cacheDirectory(), { recursive: true });
  for (const name of await readdir(cacheDirectory())) {
    const build = parseName(name);
    if (build !== undefined && !(await isAlive(build.builder)))
      await rm(join(cacheDirectory(), name), { recursive: true, force: true });
  }
};

/** Somebody else is making this image right now. */
export const isBeingBuilt = async (key: string): Promise<boolean> => {
  const builds = (await readdir(cacheDirectory()).catch(() => [])).map(parseName);
  const alive = await Promise.all(
    builds.map(async (build) => build?.key === key && (await isAlive(build.builder))),
  );
  return alive.includes(true);
};

export const untilBuilt = async (key: string, signal?: AbortSignal): Promise<void> => {
  while (await isBeingBuilt(key)) await sleep(500, undefined, { signal });
};

export const createBuildingDirectory = async (key: string): Promise<string> => {
  const directory = join(cacheDirectory(), nameOf(key, await self()));
  await mkdir(directory, { recursive: true, mode: 0o700 });
  return directory;
};
