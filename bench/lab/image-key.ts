import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { access, readFile } from 'node:fs/promises';
import { release } from 'node:os';
import { execa } from 'execa';
import { imageSources } from './guest-files.ts';
import { LabError } from './lab-error.ts';
import { qemuArguments } from './qemu-arguments.ts';
import { type Recipe, recipe } from './recipe.ts';

/** All that decides what an image with its saved states is like. */
export interface ImageIdentity {
  readonly recipe: Recipe;
  readonly sources: ReadonlyMap<string, string>;
  readonly qemuVersion: string;
  /** Whether KVM works depends on it, and a state saved under KVM on the processor; empty where there is no KVM. */
  readonly machine: string;
}

/** Raised when images are made differently from the same recipe. */
const FORMAT = 1;

export const imageKey = ({ recipe, sources, qemuVersion, machine }: ImageIdentity): string => {
  const hosts = { lab: '', host: 'a', kernel: '', initrd: '', controlPort: 0, resume: true } as const;
  const machines = (['kvm', 'tcg'] as const).map((accelerator) =>
    qemuArguments({ recipe, accelerator, ...hosts }),
  );
  return createHash('sha256')
    .update(JSON.stringify([FORMAT, recipe, [...sources], qemuVersion, machines, machine]))
    .digest('hex')
    .slice(0, 16);
};

export const currentIdentity = async (): Promise<ImageIdentity> => ({
  recipe,
  sources: await imageSources(),
  qemuVersion: await qemuVersion(),
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

/** `-netdev stream`, the wire between the hosts, came with 7.2. */
const OLDEST_QEMU = [7, 2] as const;

const qemuVersion = async (): Promise<string> => {
  const { stdout } = await execa('qemu-system-x86_64', ['--version']);
  const [line = ''] = stdout.split('\n');
  const [, major, minor] = /version (\d+)\.(\d+)/.exec(line) ?? [];
  const isOld =
    Number(major) < OLDEST_QEMU[0] || (Number(major) === OLDEST_QEMU[0] && Number(minor) < OLDEST_QEMU[1]);
  if (major === undefined || isOld) throw new LabError(`qemu 7.2 or newer is needed, this is '${line}'`);
  return line;
};
