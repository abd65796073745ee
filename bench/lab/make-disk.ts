import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { type Build, runStep } from './build-step.ts';
import { guestDirectory } from './guest-files.ts';
import { archiveGuestTree } from './guest-tree.ts';
import { machineAptOptions, machineMirror } from './machine-mirror.ts';
import type { Progress } from './progress.ts';
import type { Recipe } from './recipe.ts';

/** Files of an image. */
export const imageFiles = { disk: 'disk.raw', kernel: 'vmlinuz', initrd: 'initrd' } as const;

/** Nobody reads manuals on a lab host. */
const leftOut = ['/usr/share/doc/*', '/usr/share/man/*', '/usr/share/locale/*', '/usr/share/info/*'];

/** Makes the disk that both hosts' disks build on, with its kernel beside it. */
export const makeDisk = async (build: Build, recipe: Recipe, progress: Progress): Promise<void> => {
  progress('compiling the workloads');
  await archiveGuestTree(build);
  const mirror = await machineMirror();
  progress(`installing Debian ${recipe.suite} from ${mirror}`);
  await installSystem(build, recipe, mirror, progress);
  progress('making the disk');
  await extractFromBoot(build, 'vmlinuz-*', imageFiles.kernel);
  await extractFromBoot(build, 'initrd.img-*', imageFiles.initrd);
  await writeDisk(build, recipe);
};

const isRoot = (): boolean => process.getuid?.() === 0;

const installSystem = async (
  build: Build,
  { suite, packages }: Recipe,
  mirror: string,
  progress: Progress,
): Promise<void> => {
  const [isolated, mode] = await isolation();
  const aptOptions = (await machineAptOptions()).map((option) => `--aptopt=${option}`);
  const argv = [
    ...isolated,
    ...['mmdebstrap', ...mode, '--variant=minbase', '--format=tar', `--include=${packages.join(',')}`],
    ...aptOptions,
    ...leftOut.map((pattern) => `--dpkgopt=path-exclude=${pattern}`),
    '--customize-hook=tar-in guest.tar /',
    '--customize-hook=chroot "$1" sh /opt/precopy-lab/image/set-up.sh',
    ...[suite, 'root.tar', `deb ${mirror} ${suite} main`],
  ] as const;
  const env = isRoot() ? { TMPDIR: build.directory } : {};
  const onLine = (line: string): void => {
    const [, told] = /^I: (.*\.\.\.)$/.exec(line) ?? [];
    if (told !== undefined && !told.startsWith('removing')) progress(told);
  };
  await runStep(build, `installing Debian ${suite}`, ['env', ...argv], { env, onLine });
};

/**
 * As root mmdebstrap mounts in the new system; in a mount namespace of their own these mounts go with it, even when it is
 * killed. Where root may not mount (a plain container), it goes without.
 */
const isolation = async (): Promise<readonly [readonly string[], readonly string[]]> => {
  if (!isRoot()) return [[], ['--mode=unshare']];
  const { exitCode } = await execa('unshare', ['--mount', 'true'], { reject: false });
  return exitCode === 0
    ? [['unshare', '--mount'], ['--mode=root']]
    : [[], ['--mode=root', '--skip=check/canmount']];
};

const extractFromBoot = async (build: Build, pattern: string, file: string): Promise<void> => {
  const script = 'tar -xOf root.tar --wildcards "./boot/$1" > "$2"';
  await runStep(build, 'taking the kernel out', ['sh', '-c', script, 'sh', pattern, file]);
};

const writeDisk = async (build: Build, { diskMebibytes }: Recipe): Promise<void> => {
  const script = await readFile(join(guestDirectory, 'make-disk.sh'), 'utf8');
  // Files that belong to many users are written by one who may be all of them: root, or somebody in a user namespace.
  const helper = isRoot() ? '' : 'mmdebstrap --unshare-helper';
  // In a user namespace only its mode, not who owns it, lets anybody write to the disk. The folder it is in is closed.
  const command = `(umask 0; : > ${imageFiles.disk})
    exec ${helper} sh -c "$1" make-disk.sh "$2" < root.tar 3<> ${imageFiles.disk}`;
  const env = isRoot() ? { TMPDIR: build.directory } : {};
  await runStep(build, 'making the disk', ['sh', '-c', command, 'sh', script, String(diskMebibytes)], {
    env,
  });
};
