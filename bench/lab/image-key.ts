import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { access, readFile } from 'node:fs/promises';
import { release } from 'node:os';
import { chooseEmulator, type EmulatorChoice, emulatorOf } from './emulator.ts';
import { imageSources } from './guest-files.ts';
import { qemuArguments } from './qemu-arguments.ts';
import { type Recipe, recipeOf, type Suite } from './recipe.ts';

/** All that decides what an image with its saved states is like. */
export interface ImageIdentity {
  readonly recipe: Recipe;
  readonly sources: ReadonlyMap<string, string>;
  readonly emulator: EmulatorChoice;
  /** Whether KVM works depends on it, and a state saved under KVM on the processor; empty where there is no KVM. */
  readonly machine: string;
}

/** Raised when images are made differently from the same recipe. */
const FORMAT = 2;

export const imageKey = ({ recipe, sources, emulator, machine }: ImageIdentity): string => {
  const qemu = emulatorOf(emulator.kind, '');
  const hosts = {
    emulator: qemu,
    lab: '',
    host: 'a',
    kernel: '',
    initrd: '',
    controlPort: 0,
    resume: true,
  } as const;
  const machines = (['kvm', 'tcg'] as const).map((accelerator) =>
    qemuArguments({ recipe, accelerator, ...hosts }),
  );
  return createHash('sha256')
    .update(JSON.stringify([FORMAT, recipe, [...sources], emulator, machines, machine]))
    .digest('hex')
    .slice(0, 16);
};

export const currentIdentity = async (suite: Suite): Promise<ImageIdentity> => ({
  recipe: recipeOf(suite),
  sources: await imageSources(),
  emulator: await chooseEmulator(),
  machine: (await hasKvm()) ? await machineIdentity() : '',
});

export const hasKvm = (): Promise<boolean> =>
  access('/dev/kvm', constants.R_OK | constants.W_OK).then(
    () => true,
    () => false,
  );

const machineIdentity = async (): Promise<string> => {
  const [model] = /^model name.*$/m.exec(await readFile('/proc/cpuinfo', 'utf8')) ?? [];
  return `${model ?? ''} ${release()}`;
};
