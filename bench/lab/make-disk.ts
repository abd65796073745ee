import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Build, runStep } from './build-step.ts';
import { isRoot, makeDebianTree } from './debian-tree.ts';
import { guestDirectory } from './guest-files.ts';
import { archiveGuestTree } from './guest-tree.ts';
import type { Progress } from './progress.ts';
import type { Recipe } from './recipe.ts';

/** Files of an image. */
export const imageFiles = { disk: 'disk.raw', kernel: 'vmlinuz', initrd: 'initrd' } as const;

const rootTar = 'root.tar';

/** Nobody reads manuals on a lab host. */
const manuals = ['/usr/share/doc/*', '/usr/share/man/*', '/usr/share/locale/*', '/usr/share/info/*'];
/** PostgreSQL compiles queries with it where they are large enough to be worth it, and does without where it is not there. */
const compiler = ['/usr/lib/llvm-*', '*/libLLVM*', '*/libz3.so*', '/usr/lib/postgresql/*/lib/bitcode/*'];

/** A cluster of Debian's own making would be made, and never used. */
const withoutCluster =
  'mkdir -p "$1/etc/postgresql-common/createcluster.d" && echo "create_main_cluster = false" >"$1/etc/postgresql-common/createcluster.d/lab.conf"';

const options = [
  '--variant=minbase',
  ...[...manuals, ...compiler].map((pattern) => `--dpkgopt=path-exclude=${pattern}`),
  `--essential-hook=${withoutCluster}`,
  '--customize-hook=tar-in guest.tar /',
  '--customize-hook=chroot "$1" sh /opt/precopy-lab/image/set-up.sh',
];

/** Makes the disk that both hosts' disks build on, with its kernel beside it. */
export const makeDisk = async (build: Build, recipe: Recipe, progress: Progress): Promise<void> => {
  progress('compiling the workloads');
  await archiveGuestTree(build);
  const { suite, packages } = recipe;
  await makeDebianTree(
    build,
    { what: `installing Debian ${suite}`, suite, packages, options, output: rootTar },
    progress,
  );
  progress('making the disk');
  await extractFromBoot(build, 'vmlinuz-*', imageFiles.kernel);
  await extractFromBoot(build, 'initrd.img-*', imageFiles.initrd);
  await writeDisk(build, recipe);
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
