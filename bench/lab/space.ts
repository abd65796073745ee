import { readFile, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { LabError } from './lab-error.ts';
import type { Recipe } from './recipe.ts';

export interface Need {
  /** What it is for, as it reads in "not enough memory for ...". */
  readonly what: string;
  readonly mebibytes: number;
}

/** qemu itself and what it needs for devices. */
const QEMU_MEBIBYTES = 128;

export const memoryNeeded = ({ memoryMebibytes, translationMebibytes }: Recipe): Need => ({
  what: 'two hosts',
  mebibytes: 2 * (memoryMebibytes + translationMebibytes + QEMU_MEBIBYTES),
});

/** Of a new lab: what its hosts write to their disks, before they get full themselves. */
export const runNeeded: Need = { what: 'the disks of two hosts', mebibytes: 1024 };
/** The unpacked system, the disk made of it, the saved states, and a qemu. */
export const buildNeeded: Need = { what: 'making the image of the hosts', mebibytes: 3072 };

export const checkEnough = (kind: string, available: number, { what, mebibytes }: Need): void => {
  if (available < mebibytes)
    throw new LabError(
      `not enough ${kind} for ${what}: ${Math.round(mebibytes)} MiB needed, ${Math.floor(available)} MiB available`,
    );
};

/** The line of /proc/meminfo that says how much can be used without swapping. */
export const availableMebibytes = (meminfo: string): number => {
  const [, kibibytes] = /^MemAvailable:\s+(\d+) kB$/m.exec(meminfo) ?? [];
  return kibibytes === undefined ? Number.POSITIVE_INFINITY : Number(kibibytes) / 1024;
};

/** What a container may still use, by its cgroup's memory.max ("max" without a limit), memory.current and memory.stat. */
export const availableInCgroup = (limit: string, used: string, statistics: string): number => {
  const [, cache = '0'] = /^inactive_file (\d+)$/m.exec(statistics) ?? [];
  const left = Number.parseInt(limit, 10) - Number.parseInt(used, 10) + Number(cache);
  return Number.isNaN(left) ? Number.POSITIVE_INFINITY : left / 1024 ** 2;
};

export const checkMemory = async (recipe: Recipe): Promise<void> => {
  const read = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');
  const ofCgroup = (name: string): Promise<string> => read(`/sys/fs/cgroup/memory.${name}`);
  const available = Math.min(
    availableMebibytes(await read('/proc/meminfo')),
    availableInCgroup(await ofCgroup('max'), await ofCgroup('current'), await ofCgroup('stat')),
  );
  checkEnough('memory', available, memoryNeeded(recipe));
};

/** Space on the disk that holds a folder, or would hold it. */
export const checkDisk = async (folder: string, need: Need): Promise<void> => {
  const { bavail, bsize } = await statfs(await existing(folder));
  checkEnough(`disk space at ${folder}`, (bavail * bsize) / 1024 ** 2, need);
};

const existing = async (folder: string): Promise<string> => {
  for (let place = folder; ; place = dirname(place)) {
    const found = await statfs(place).then(
      () => true,
      () => false,
    );
    if (found || place === dirname(place)) return place;
  }
};
