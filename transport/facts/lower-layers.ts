import type { Host } from '../../engine/ports/host.ts';

/**
 * Prints a digest of a directory tree. The sizes of directories differ between file systems and do not count.
 */
const treeDigest = [
  'cd -- "$1" && find . -xdev -printf "%P\\0%y\\0%m\\0%U\\0%G\\0%l\\0%T@\\0" \\( -type d -o -printf "%s" \\) -printf "\\n"',
  'LC_ALL=C sort',
  'sha256sum',
].join(' | ');

/** Returns the directories that differ between the hosts in names, types, sizes, modes, owners or times. */
export const differingDirectories = async (
  source: Host,
  destination: Host,
  paths: readonly string[],
  signal?: AbortSignal,
): Promise<readonly string[]> => {
  const compared = paths.map(async (path) => {
    const argv = ['sh', '-c', treeDigest, 'sh', path] as const;
    const [onSource, onDestination] = await Promise.all([
      source.run({ argv }, signal),
      destination.run({ argv }, signal),
    ]);
    return onSource.stdout === onDestination.stdout ? [] : [path];
  });
  return (await Promise.all(compared)).flat();
};
