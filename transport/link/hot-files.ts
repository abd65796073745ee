import type { Rootfs } from '../../engine/model/facts.ts';
import type { Host } from '../../engine/ports.ts';

const writableShared = [
  'for procs in $(find "/sys/fs/cgroup$1" -name cgroup.procs); do',
  'while read -r pid; do grep -hE "^[^ ]+ .w.s " "/proc/$pid/maps"; done <"$procs"; done | sort -u; true',
].join(' ');

/**
 * Files of the root filesystem that a process has mapped shared and writable, relative to the directory that holds what
 * was written. A store to such a page changes the file's time only when the page was clean, so times do not tell.
 */
export const hotFiles = async (
  host: Host,
  cgroupPath: string,
  rootfs: Rootfs,
): Promise<readonly string[]> => {
  const { stdout } = await host.run({ argv: ['sh', '-c', writableShared, 'sh', cgroupPath] });
  const paths = new Set(stdout.split('\n').flatMap(mappedFile));
  if (paths.size === 0) return [];
  const written = rootfs.kind === 'overlay' ? rootfs.upper : rootfs.path;
  const exists = 'base=$1; shift; for path; do [ -f "$base$path" ] && printf "%s\\0" "$path"; done; true';
  const { stdout: existing } = await host.run({ argv: ['sh', '-c', exists, 'sh', written, ...paths] });
  return existing.split('\0').filter((path) => path !== '');
};

/** The path of a line of /proc/PID/maps, if it is a file's; the kernel writes a newline as `\012`. */
const mappedFile = (line: string): readonly string[] => {
  const path = /^\S+ \S+ \S+ \S+ \d+\s+(\/.*)$/.exec(line)?.[1];
  if (
    path === undefined ||
    path.endsWith(' (deleted)') ||
    path.startsWith('/dev/zero') ||
    path.startsWith('/SYSV')
  )
    return [];
  return [path.replaceAll('\\012', '\n')];
};
