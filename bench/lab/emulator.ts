import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { type Build, runStep } from './build-step.ts';
import { makeDebianTree } from './debian-tree.ts';
import type { Progress } from './progress.ts';

/** How a qemu is started: what comes before its own arguments. */
export type Emulator = readonly [string, ...string[]];

/** Whose qemu runs the hosts of an image: this machine's, in one version, or one that is kept in the image. */
export type EmulatorChoice =
  | { readonly kind: 'own'; readonly version: string }
  | { readonly kind: 'kept'; readonly suite: string };

/**
 * This machine's own must be as new. Against 7.2, hosts emulated by 10.0 start a process in a quarter of the time, encrypt four times as
 * fast, and migrate a small container in half the time.
 */
const OLDEST_MAJOR = 10;

/** Of the Debian whose qemu is taken when this machine's is older, or there is none. */
const SUITE = 'trixie';
const FOLDER = 'emulator';

export const chooseEmulator = async (): Promise<EmulatorChoice> => {
  const { stdout } = await execa('qemu-system-x86_64', ['--version'], { reject: false });
  return choiceFor(stdout ?? '');
};

/** By what `qemu-system-x86_64 --version` says. */
export const choiceFor = (answer: string): EmulatorChoice => {
  const [line = ''] = answer.split('\n');
  const [, major] = /version (\d+)\./.exec(line) ?? [];
  return Number(major) >= OLDEST_MAJOR ? { kind: 'own', version: line } : { kind: 'kept', suite: SUITE };
};

/** Unpacks a qemu into the image that is being made. Nothing of it is installed on this machine. */
export const keepEmulator = async (build: Build, suite: string, progress: Progress): Promise<void> => {
  const archive = `${FOLDER}.tar`;
  const what = `unpacking qemu of Debian ${suite}`;
  const packages = ['qemu-system-x86'];
  await makeDebianTree(
    build,
    { what, suite, packages, options: ['--variant=extract'], output: archive },
    progress,
  );
  const script = 'mkdir "$2" && tar -xf "$1" --no-same-owner -C "$2" ./usr';
  await runStep(build, what, ['sh', '-c', script, 'sh', archive, FOLDER]);
  await rm(join(build.directory, archive));
};

/** The kept one runs with its own C library, and so by its own loader. */
export const emulatorOf = (kind: EmulatorChoice['kind'], image: string): Emulator => {
  const name = 'qemu-system-x86_64';
  if (kind === 'own') return [name];
  const usr = join(image, FOLDER, 'usr');
  const libraries = join(usr, 'lib/x86_64-linux-gnu');
  return [
    join(libraries, 'ld-linux-x86-64.so.2'),
    ...['--library-path', libraries, '--argv0', name, join(usr, 'bin', name)],
    // Firmware.
    ...['-L', join(usr, 'share/qemu'), '-L', join(usr, 'share/seabios')],
  ];
};
