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
/** The unpacked system, the disk made of it, and the saved states. */
export const buildNeeded: Need = { what: 'making the image of the hosts', mebibytes: 2560 };

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

/** What a container may still use; the files in question hold "max" or bytes. */
export const availableInCgroup = (limit: string, used: string): number => {
  const left = (Number(limit.trim()) - Number(used.trim())) / 1024 ** 2;
  return Number.isNaN(left) || limit.trim() === '' ? Number.POSITIVE_INFINITY : left;
};

export const checkMemory = async (recipe: Recipe): Promise<void> => {
  const read = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');
  const [meminfo, limit, used] = await Promise.all(
    ['/proc/meminfo', '/sys/fs/cgroup/memory.max', '/sys/fs/cgroup/memory.current'].map(read),
  );
  const available = Math.min(availableMebibytes(meminfo ?? ''), availableInCgroup(limit ?? '', used ?? ''));
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
