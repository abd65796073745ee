import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createBuildingDirectory,
  isBeingBuilt,
  removeDeadBuilds,
} from '../../../bench/lab/building-directory.ts';
import {
  cacheDirectory,
  findImage,
  pruneImages,
  publishImage,
  touchImage,
} from '../../../bench/lab/cache.ts';
import { createLabDirectory } from '../../../bench/lab/lab-directory.ts';
import type { Suite } from '../../../bench/lab/recipe.ts';

const names = ['XDG_CACHE_HOME', 'PRECOPY_LAB_DIR'] as const;
const before = names.map((name) => process.env[name]);
let place = '';

beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), 'cache-'));
  for (const name of names) process.env[name] = join(place, name.toLowerCase());
});
afterEach(async () => {
  names.forEach((name, index) => {
    if (before[index] === undefined) delete process.env[name];
    else process.env[name] = before[index];
  });
  await rm(place, { recursive: true });
});

const key = (digit: number): string => String(digit).repeat(16);

const record = { suite: 'trixie', accelerator: 'tcg', emulator: 'kept' } as const;

const publish = async (digit: number, suite: Suite = 'trixie'): Promise<string> => {
  const building = await createBuildingDirectory(key(digit));
  const { directory } = await publishImage(building, key(digit), { ...record, suite });
  return directory;
};

describe('an image', () => {
  it('is there once it is whole', async () => {
    const building = await createBuildingDirectory(key(1));
    expect(await findImage(key(1))).toBeUndefined();
    expect(await isBeingBuilt(key(1))).toBe(true);
    await publishImage(building, key(1), { suite: 'forky', accelerator: 'kvm', emulator: 'own' });
    expect(await findImage(key(1))).toEqual({
      directory: join(cacheDirectory(), key(1)),
      suite: 'forky',
      accelerator: 'kvm',
      emulator: ['qemu-system-x86_64'],
    });
    expect(await isBeingBuilt(key(1))).toBe(false);
  });

  it('may be made by two at once', async () => {
    const building = join(cacheDirectory(), '.building-by-another');
    await mkdir(building, { recursive: true });
    const first = await publish(1);
    expect((await publishImage(building, key(1), record)).directory).toBe(first);
    expect(existsSync(building)).toBe(false);
  });

  it('of a builder that died is removed', async () => {
    const dead = join(cacheDirectory(), `.building-${key(1)}-${process.pid}-1`);
    await mkdir(dead, { recursive: true });
    const alive = await createBuildingDirectory(key(2));
    expect(await isBeingBuilt(key(1))).toBe(false);
    await removeDeadBuilds();
    expect([existsSync(dead), existsSync(alive)]).toEqual([false, true]);
  });

  it('is kept for a while, and for as long as a lab uses it', async () => {
    const images = [];
    for (let digit = 1; digit <= 6; digit += 1) {
      const directory = await publish(digit);
      await utimes(join(directory, 'image.json'), digit, digit);
      images.push(directory);
    }
    const [first = '', second = ''] = images;
    await createLabDirectory({ version: 2, name: 'x', image: first, suite: 'trixie', accelerator: 'tcg' });
    await touchImage({ directory: second });
    expect(await pruneImages()).toBe(3);
    expect(images.map((directory) => existsSync(directory))).toEqual([true, true, false, false, false, true]);
  });

  it('of one suite does not take the place of those of another', async () => {
    const older = [await publish(1, 'forky'), await publish(2, 'bookworm')];
    const newer = [await publish(3), await publish(4), await publish(5)];
    await Promise.all(
      [...older, ...newer].map((directory, index) => utimes(join(directory, 'image.json'), index, index)),
    );
    expect(await pruneImages()).toBe(1);
    expect([...older, ...newer].map((directory) => existsSync(directory))).toEqual([
      true,
      true,
      false,
      true,
      true,
    ]);
  });
});
