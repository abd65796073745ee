import { posix } from 'node:path';
import { InvalidInput } from '../../engine/model/errors.ts';
import type { Rootfs } from '../../engine/model/facts.ts';

/** Options of an overlay that name its layers, or that the mount command does not accept again. */
const layerOptions = new Set(['lowerdir', 'lowerdir+', 'upperdir', 'workdir']);

/** Describes the root filesystem at `path` from the host's mountinfo lines for exactly that path. */
export const rootfsFrom = (path: string, mountinfo: readonly string[]): Rootfs => {
  const last = mountinfo.at(-1);
  if (last === undefined) return { kind: 'directory', path };
  // 36 35 98:0 /root /mount/point rw,noatime shared:1 - ext4 /dev/root rw,errors=continue
  const [before = '', after = ''] = last.split(' - ');
  const [type = '', , superOptions = ''] = after.split(' ');
  if (type !== 'overlay') return { kind: 'directory', path };
  const options = superOptions.split(',').map(unescapeOctal);
  const values = (name: string): readonly string[] =>
    options.filter((option) => option.startsWith(`${name}=`)).map((option) => option.slice(name.length + 1));
  // Newer kernels show one `lowerdir+` for each layer, without escapes.
  const lower = [...values('lowerdir').flatMap(splitLayers), ...values('lowerdir+')];
  const [upper] = values('upperdir').map(unescapeLayer);
  const [work] = values('workdir').map(unescapeLayer);
  if (lower.length === 0 || upper === undefined || work === undefined) {
    throw new InvalidInput(
      `the overlay at ${path} has no upper directory, so the container cannot write to its root filesystem`,
    );
  }
  const mountOptions = (before.split(' ')[5] ?? '').split(',').filter((option) => option !== 'relatime');
  const kept = options.filter((option) => !layerOptions.has(option.split('=')[0] ?? '') && option !== 'rw');
  return {
    kind: 'overlay',
    path,
    lower,
    // With many layers Docker uses paths relative to its directory of layers.
    upper: posix.resolve(path, '../..', upper),
    work,
    mountOptions: [...mountOptions, ...kept],
  };
};

/** overlay writes a backslash before a colon, a comma or a backslash of a path. */
const unescapeLayer = (path: string): string => path.replace(/\\(.)/gs, '$1');

const splitLayers = (paths: string): readonly string[] =>
  (paths.match(/(?:\\.|[^\\:])+/gs) ?? []).map(unescapeLayer);

/** mountinfo writes space, tab, newline and backslash in octal. */
const unescapeOctal = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
