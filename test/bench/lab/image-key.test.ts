import { describe, expect, it } from 'vitest';
import { imageSources } from '../../../bench/lab/guest-files.ts';
import { type ImageIdentity, imageKey } from '../../../bench/lab/image-key.ts';
import { recipeOf } from '../../../bench/lab/recipe.ts';

const recipe = recipeOf('trixie');

const identity: ImageIdentity = {
  recipe,
  sources: new Map([['lab-init', '#!/bin/sh']]),
  emulator: { kind: 'own', version: 'QEMU emulator version 10.0.13' },
  machine: '',
};

describe('the key of an image', () => {
  it('stays the same for the same recipe', () => {
    expect(imageKey(structuredClone(identity))).toBe(imageKey(identity));
    expect(imageKey(identity)).toMatch(/^[0-9a-f]{16}$/);
  });

  it.each<[string, Partial<ImageIdentity>]>([
    ['a package', { recipe: { ...recipe, packages: [...recipe.packages, 'strace'] } }],
    ['the memory of the hosts', { recipe: { ...recipe, memoryMebibytes: 1024 } }],
    ['the command line of the kernel', { recipe: { ...recipe, kernelArguments: [] } }],
    ['what a host runs', { sources: new Map([['lab-init', '#!/bin/bash']]) }],
    ['another file', { sources: new Map([...identity.sources, ['inittab', '']]) }],
    ['the version of qemu', { emulator: { kind: 'own', version: 'QEMU emulator version 10.1.0' } }],
    ['a qemu that is kept in it', { emulator: { kind: 'kept', suite: 'trixie' } }],
    ['the processor, where KVM is', { machine: 'some processor' }],
  ])('changes with %s', (_, change) => {
    expect(imageKey({ ...identity, ...change })).not.toBe(imageKey(identity));
  });

  it('is made of everything that goes into a host', async () => {
    const names = [...(await imageSources()).keys()];
    expect(names).toEqual(expect.arrayContaining(['lab-init', 'make-disk.sh', 'page-counter.c', 'pace.h']));
  });
});
