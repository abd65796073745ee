import { InvalidInput } from '../../engine/model/errors.ts';
import type { Rootfs } from '../../engine/model/facts.ts';

/** Options of an overlay that say where its layers are, or that the mount command does not take back. */
const layerOptions = new Set(['lowerdir', 'upperdir', 'workdir']);

/** How the root filesystem at `path` is made, from the host's mountinfo lines for that very path. */
export const rootfsFrom = (path: string, mountinfo: readonly string[]): Rootfs => {
  const last = mountinfo.at(-1);
  if (last === undefined) return { kind: 'directory', path };
  // 36 35 98:0 /root /mount/point rw,noatime shared:1 - ext4 /dev/root rw,errors=continue
  const [before = '', after = ''] = last.split(' - ');
  const [type = '', , superOptions = ''] = after.split(' ');
  if (type !== 'overlay') return { kind: 'directory', path };
  const options = superOptions.split(',').map(unescapeOctal);
  const layer = (name: string): string | undefined =>
    options.find((option) => option.startsWith(`${name}=`))?.slice(name.length + 1);
  const [lower, upper, work] = [layer('lowerdir'), layer('upperdir'), layer('workdir')];
  if (lower === undefined || upper === undefined || work === undefined) {
    throw new InvalidInput(`the overlay at ${path} has no upper directory: nothing could be written to it`);
  }
  const mountOptions = (before.split(' ')[5] ?? '').split(',').filter((option) => option !== 'relatime');
  const kept = options.filter((option) => !layerOptions.has(option.split('=')[0] ?? '') && option !== 'rw');
  return {
    kind: 'overlay',
    path,
    lower: lower.split(':'),
    upper,
    work,
    mountOptions: [...mountOptions, ...kept],
  };
};

/** mountinfo writes space, tab, newline and backslash in octal. */
const unescapeOctal = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
