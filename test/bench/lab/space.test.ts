import { describe, expect, it } from 'vitest';
import { recipeOf } from '../../../bench/lab/recipe.ts';
import {
  availableInCgroup,
  availableMebibytes,
  checkDisk,
  checkEnough,
  memoryNeeded,
} from '../../../bench/lab/space.ts';

const recipe = recipeOf('trixie');

describe('memory', () => {
  it('is what the kernel says can be used without swapping', () => {
    expect(availableMebibytes('MemTotal:  24684544 kB\nMemAvailable:  2048000 kB\n')).toBe(2000);
  });

  it('is not limited by what is not known', () => {
    expect(availableMebibytes('')).toBe(Number.POSITIVE_INFINITY);
    expect(availableInCgroup('', '', '')).toBe(Number.POSITIVE_INFINITY);
    expect(availableInCgroup('max\n', '123\n', '')).toBe(Number.POSITIVE_INFINITY);
  });

  it('is what the limit of a container leaves, with the cache it can drop', () => {
    const mebibyte = 1024 ** 2;
    const statistics = `active_file 1\ninactive_file ${100 * mebibyte}\n`;
    expect(availableInCgroup(`${1000 * mebibyte}\n`, `${400 * mebibyte}\n`, statistics)).toBe(700);
  });

  it('is needed for both hosts, and for running them', () => {
    expect(memoryNeeded(recipe).mebibytes).toBeGreaterThan(2 * recipe.memoryMebibytes);
  });
});

describe('too little', () => {
  it('is said in one line, with what is needed and what is there', () => {
    expect(() => checkEnough('memory', 1000.7, { what: 'two hosts', mebibytes: 5376 })).toThrow(
      'not enough memory for two hosts: 5376 MiB needed, 1000 MiB available',
    );
  });

  it('is found for a folder that is not there yet', async () => {
    const need = { what: 'a test', mebibytes: 1e12 };
    await expect(checkDisk('/tmp/not/there/yet', need)).rejects.toThrow(
      /^not enough disk space at \/tmp\/not\/there\/yet for a test: /,
    );
    await checkDisk('/tmp/not/there/yet', { what: 'a test', mebibytes: 1 });
  });
});
