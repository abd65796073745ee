import { execa } from 'execa';
import { type Build, runStep } from './build-step.ts';
import { machineAptOptions, machineMirror } from './machine-mirror.ts';
import type { Progress } from './progress.ts';

export interface DebianTree {
  /** As in "installing Debian trixie". */
  readonly what: string;
  readonly suite: string;
  readonly packages: readonly string[];
  /** Of mmdebstrap. */
  readonly options: readonly string[];
  /** A tar archive, in the folder of the build. */
  readonly output: string;
}

export const isRoot = (): boolean => process.getuid?.() === 0;

/** Makes an archive of Debian packages with all they depend on, from the mirror that this machine uses. */
export const makeDebianTree = async (
  build: Build,
  { what, suite, packages, options, output }: DebianTree,
  progress: Progress,
): Promise<void> => {
  const mirror = await machineMirror();
  progress(`${what} from ${mirror}`);
  const [isolated, mode] = await isolation();
  const aptOptions = (await machineAptOptions()).map((option) => `--aptopt=${option}`);
  const argv = [
    ...isolated,
    ...['mmdebstrap', ...mode, '--format=tar', `--include=${packages.join(',')}`],
    ...[...aptOptions, ...options],
    ...[suite, output, `deb ${mirror} ${suite} main`],
  ] as const;
  const env = isRoot() ? { TMPDIR: build.directory } : {};
  const onLine = (line: string): void => {
    const [, told] = /^I: (.*\.\.\.)$/.exec(line) ?? [];
    if (told !== undefined && !told.startsWith('removing')) progress(told);
  };
  await runStep(build, what, ['env', ...argv], { env, onLine });
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
