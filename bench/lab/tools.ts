import { access, constants, readdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import { LabError } from './lab-error.ts';
import type { Progress } from './progress.ts';

/** A file whose presence shows that a Debian package is there. Commands are looked for in the search path. */
export interface Tool {
  readonly command?: string;
  readonly file?: string;
  readonly package: string;
}

/** What running a lab takes. */
export const runningTools: readonly Tool[] = [
  { command: 'qemu-img', package: 'qemu-utils' },
  { command: 'zstd', package: 'zstd' },
  { command: 'ssh', package: 'openssh-client' },
];

/** What making an image takes besides. */
export const buildingTools: readonly Tool[] = [
  { command: 'mmdebstrap', package: 'mmdebstrap' },
  { command: 'mke2fs', package: 'e2fsprogs' },
  { command: 'gcc', package: 'gcc' },
  { file: '/usr/lib/x86_64-linux-gnu/libc.a', package: 'libc6-dev' },
  { file: '/usr/share/keyrings/debian-archive-keyring.gpg', package: 'debian-archive-keyring' },
  // For those who may not become other users just so.
  ...(process.getuid?.() === 0 ? [] : [{ command: 'newuidmap', package: 'uidmap' }]),
];

/** Tools for administrators are not in everybody's search path. */
export const searchPath = (): string => `${process.env['PATH'] ?? ''}${delimiter}/usr/sbin${delimiter}/sbin`;

const isThere = async ({ command, file }: Tool): Promise<boolean> => {
  const places =
    command === undefined
      ? [file ?? '']
      : searchPath()
          .split(delimiter)
          .map((folder) => join(folder, command));
  const found = await Promise.all(
    places.map((place) =>
      access(place, command === undefined ? constants.R_OK : constants.X_OK).then(
        () => true,
        () => false,
      ),
    ),
  );
  return found.includes(true);
};

export const missingPackages = async (tools: readonly Tool[]): Promise<readonly string[]> => {
  const found = await Promise.all(tools.map(isThere));
  return [...new Set(tools.filter((_, index) => found[index] === false).map((tool) => tool.package))];
};

/** Installs what is missing where that can be done without asking: as root, on a machine with apt. */
export const ensureTools = async (
  tools: readonly Tool[],
  progress: Progress,
  signal?: AbortSignal,
): Promise<void> => {
  const missing = await missingPackages(tools);
  if (missing.length === 0) return;
  const argv = ['apt-get', 'install', '--yes', '--no-install-recommends', ...missing] as const;
  const isRoot = process.getuid?.() === 0;
  if (!isRoot || (await missingPackages([{ command: 'apt-get', package: 'apt' }])).length > 0)
    throw new LabError(`the lab needs these Debian packages: ${missing.join(', ')}`, {
      hint: `${isRoot ? '' : 'sudo '}${argv.join(' ')}`,
    });
  progress(`installing ${missing.join(', ')}`);
  await install(argv, signal);
  const still = await missingPackages(tools);
  if (still.length > 0) throw new LabError(`installed, but still not found: ${still.join(', ')}`);
};

const install = async (argv: readonly [string, ...string[]], signal?: AbortSignal): Promise<void> => {
  const options = {
    env: { DEBIAN_FRONTEND: 'noninteractive' },
    stdin: 'ignore',
    // A stopped apt would leave packages half configured; it finishes what it does when asked by SIGINT.
    ...(signal === undefined ? {} : { cancelSignal: signal }),
    killSignal: 'SIGINT',
    forceKillAfterDelay: false,
  } as const;
  if (!(await hasPackageLists())) await execa('apt-get', ['update'], options);
  const [command, ...args] = argv;
  try {
    await execa(command, args, options);
  } catch (error) {
    if (signal?.aborted === true) throw error;
    // Lists that are too old name packages the mirror has no more.
    await execa('apt-get', ['update'], options);
    await execa(command, args, options).catch((cause: unknown) => {
      throw new LabError(`apt-get could not install ${argv.slice(4).join(', ')}`, {
        hint: argv.join(' '),
        cause,
      });
    });
  }
};

const hasPackageLists = async (): Promise<boolean> => {
  const lists = await readdir('/var/lib/apt/lists').catch(() => []);
  return lists.some((name) => /_Packages(\.\w+)?$/.test(name));
};
