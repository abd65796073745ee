import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Build } from './build-step.ts';
import { createBuildingDirectory } from './building-directory.ts';
import { type Image, publishImage } from './cache.ts';
import { emulatorOf, keepEmulator } from './emulator.ts';
import { bootAndSave } from './first-boot.ts';
import { onBoth } from './hosts.ts';
import { hasKvm, type ImageIdentity, imageKey } from './image-key.ts';
import { makeKeys } from './keys.ts';
import { LabError } from './lab-error.ts';
import { makeDisk } from './make-disk.ts';
import type { Progress } from './progress.ts';
import { type Accelerator, consoleOf } from './qemu-arguments.ts';

/** A host boots in 15 to 30 s with every instruction emulated, and in 3 s without. */
const patience = { tcg: 240_000, kvm: 30_000 };

/** Makes an image in a folder of its own, which gets its place only when all of it is there. */
export const buildImage = async (
  identity: ImageIdentity,
  progress: Progress,
  signal?: AbortSignal,
): Promise<Image> => {
  const key = imageKey(identity);
  const directory = await createBuildingDirectory(key);
  const build: Build = { directory, ...(signal === undefined ? {} : { signal }) };
  try {
    await makeKeys(build);
    const { emulator } = identity;
    if (emulator.kind === 'kept') await keepEmulator(build, emulator.suite, progress);
    await makeDisk(build, identity.recipe, progress);
    const accelerator = await saveBothHosts(build, identity, progress);
    await removeWaste(directory);
    return await publishImage(directory, key, {
      suite: identity.recipe.suite,
      accelerator,
      emulator: emulator.kind,
    });
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
};

const saveBothHosts = async (
  build: Build,
  { recipe, emulator: { kind } }: ImageIdentity,
  progress: Progress,
): Promise<Accelerator> => {
  const emulator = emulatorOf(kind, build.directory);
  const boot = async (accelerator: Accelerator): Promise<Accelerator> => {
    await onBoth((host) =>
      bootAndSave(build, { recipe, emulator, host, accelerator }, patience[accelerator]),
    );
    return accelerator;
  };
  if (await hasKvm()) {
    progress('booting both hosts with KVM');
    try {
      return await boot('kvm');
    } catch (error) {
      // /dev/kvm may be there and yet not work, as inside some virtual machines.
      if (!(error instanceof LabError)) throw error;
      progress(`KVM does not work here (${error.message})`);
    }
  }
  progress('booting both hosts with emulation');
  return boot('tcg');
};

const removeWaste = async (directory: string): Promise<void> => {
  const waste = ['guest', 'guest.tar', 'root.tar', consoleOf('a'), consoleOf('b')];
  await Promise.all(waste.map((name) => rm(join(directory, name), { recursive: true, force: true })));
};
