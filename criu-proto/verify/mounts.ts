import { numberIn, textIn } from '../protobuf/fields.ts';
import type { Message } from '../protobuf/message.ts';
import { below } from './below.ts';
import { CAP_SYS_ADMIN, type ConfinedMount, type Confinement } from './confinement.ts';
import { pathProblem, shown } from './paths.ts';
import type { Problems } from './problems.ts';
import type { Contents } from './references.ts';

interface Mount {
  readonly id: number;
  readonly parent: number;
  readonly type: string;
  readonly root: string;
  readonly point: string;
  readonly readOnly: boolean;
  readonly options: string;
  /** Of the host: what restore was told to put here under this name. */
  readonly external: string | undefined;
}

/** Of `fstype` in mounts.proto, those a container has; criu knows more, and any of them would be mounted by root. */
const types: Readonly<Record<number, string>> = {
  1: 'proc',
  2: 'sysfs',
  5: 'tmpfs',
  6: 'devpts',
  12: 'cgroup',
  14: 'mqueue',
  23: 'cgroup2',
};

/** These belong to the whole host: what is written there holds for every process of it. */
const ofHost: Readonly<Record<number, string>> = {
  3: 'devtmpfs',
  4: 'binfmt_misc',
  8: 'pstore',
  9: 'securityfs',
  11: 'debugfs',
  18: 'autofs',
  19: 'tracefs',
};

const MS_RDONLY = 1;

const mountOf = (entry: Message): Mount => ({
  id: numberIn(entry, 'mnt_id') ?? 0,
  parent: numberIn(entry, 'parent_mnt_id') ?? 0,
  type: types[numberIn(entry, 'fstype') ?? 0] ?? `type ${numberIn(entry, 'fstype')}`,
  root: textIn(entry, 'root') ?? '',
  point: textIn(entry, 'mountpoint') ?? '',
  readOnly: ((numberIn(entry, 'flags') ?? 0) & MS_RDONLY) !== 0,
  options: textIn(entry, 'options') ?? '',
  external: textIn(entry, 'ext_key'),
});

const isBelow = (path: string, directory: string): boolean => path.startsWith(`${directory}/`);

/** Mounts make one tree, each at a place of its own, and no path among them leads upwards. */
const verifyShape = (name: string, mounts: readonly Mount[], problems: Problems): void => {
  const byId = new Map(mounts.map((mount) => [mount.id, mount]));
  if (byId.size < mounts.length) problems.add('forged', name, 'has two mounts with one number');
  const roots = mounts.filter(({ parent }) => !byId.has(parent));
  const [root] = roots;
  if (root === undefined || roots.length > 1 || root.point !== '/') {
    problems.add('forged', name, `has ${roots.length} mounts that are below no other, not one at /`);
    return;
  }
  const known = below(root.id, new Map(mounts.map(({ id, parent }) => [id, parent])));
  for (const mount of mounts) {
    if (!known.has(mount.id)) problems.add('forged', name, `mount ${mount.id} is below itself`);
    problems.add('escape', name, climbing(mount, mount === root));
  }
};

const climbing = ({ point, root, external }: Mount, isRoot: boolean): string | undefined => {
  const where = `the mount at ${shown(point)}`;
  const problem = pathProblem(point);
  if (problem !== undefined) return `${where} ${problem}`;
  const inside = isRoot || external !== undefined ? undefined : pathProblem(root);
  return inside === undefined ? undefined : `${where} shows ${shown(root)}, which ${inside}`;
};

/** A container's tasks may make these wherever they like, and harm nobody. */
const isHarmless = ({ type, root, options }: Mount): boolean =>
  root === '/' &&
  (type === 'tmpfs' || type === 'mqueue' || (type === 'devpts' && options.includes('newinstance')));

/** A terminal's own file, shown where programs look for it. */
const isConsole = ({ type, root, point }: Mount): boolean =>
  point === '/dev/console' && type === 'devpts' && /^\/\d+$/.test(root);

/** `undefined`: the configuration says nothing of such a mount. */
const namedProblem = (mount: Mount, bounds: Confinement): { readonly problem?: string } | undefined => {
  const { type, root, point, readOnly } = mount;
  const wanted = bounds.mounts.find(({ destination }) => destination === point);
  if (wanted !== undefined && root === '/') return wantedProblem(mount, wanted);
  if (bounds.readonlyPaths.includes(point)) {
    const asWanted = readOnly && point.endsWith(root);
    return asWanted ? {} : { problem: 'is not the read-only view that the configuration wants' };
  }
  // Each hierarchy has its own.
  const cgroups = bounds.mounts.find((each) => each.type === 'cgroup' && isBelow(point, each.destination));
  return type === 'cgroup' && cgroups !== undefined ? wantedProblem(mount, cgroups) : undefined;
};

/** Mounts are those of the configuration, or such as a container may make by itself. */
const mountProblem = (mount: Mount, bounds: Confinement): string | undefined => {
  if (mount.external !== undefined) return externalProblem(mount.external, bounds);
  const named = namedProblem(mount, bounds);
  if (named !== undefined) return named.problem;
  // Whoever may mount may have done so.
  const mayMount = (bounds.capabilities & CAP_SYS_ADMIN) !== 0n;
  if (isHarmless(mount) || isConsole(mount) || mayMount) return undefined;
  return `is ${mount.type} from ${shown(mount.root)}, which the configuration does not name`;
};

const sameType = (type: string, wanted: string): boolean =>
  type === wanted || (type === 'cgroup2' && wanted === 'cgroup') || (type === 'tmpfs' && wanted === 'cgroup');

const wantedProblem = ({ type, readOnly }: Mount, wanted: ConfinedMount): { readonly problem?: string } => {
  if (!sameType(type, wanted.type)) return { problem: `is ${type}, not ${wanted.type}` };
  return wanted.readOnly && !readOnly
    ? { problem: 'may be written to, other than the configuration says' }
    : {};
};

/** External mounts go by names that restore gives a meaning: those of the configuration. */
const externalProblem = (key: string, { mounts, maskedPaths }: Confinement): string | undefined => {
  const ofConfiguration = mounts.some(
    ({ destination, type }) =>
      (type === 'bind' && destination === key) || (type === 'cgroup' && isBelow(key, destination)),
  );
  // What masks a file.
  if (ofConfiguration || (key === '/dev/null' && maskedPaths.length > 0)) return undefined;
  return `is the host's ${shown(key)}, which the configuration does not name`;
};

/** Through these a root without any capability rules the host; every kernel has them. */
const mustBeCovered = ['/proc/sys', '/proc/sysrq-trigger', '/proc/kcore'];

const verifyCovers = (
  name: string,
  mounts: readonly Mount[],
  bounds: Confinement,
  problems: Problems,
): void => {
  if ((bounds.capabilities & CAP_SYS_ADMIN) !== 0n) return;
  const covered = new Set(mounts.map(({ point }) => point));
  for (const path of mustBeCovered) {
    const wanted = bounds.maskedPaths.includes(path) || bounds.readonlyPaths.includes(path);
    if (wanted && !covered.has(path) && covered.has('/proc'))
      problems.add('escape', name, `leaves ${path} open, which the configuration covers`);
  }
};

/** What nobody's container may have, whatever is configured. */
const verifyKinds = (name: string, entries: readonly Message[], problems: Problems): void => {
  for (const entry of entries) {
    const host = ofHost[numberIn(entry, 'fstype') ?? 0];
    if (entry['with_plugin'] === true) problems.add('escape', name, 'has a mount that a plugin makes');
    if (host !== undefined && textIn(entry, 'ext_key') === undefined)
      problems.add('escape', name, `mounts ${host}, which belongs to the whole host`);
  }
};

const verifyBounds = (
  name: string,
  mounts: readonly Mount[],
  bounds: Confinement,
  problems: Problems,
): void => {
  for (const mount of mounts.filter(({ point }) => point !== '/')) {
    const problem = mountProblem(mount, bounds);
    if (problem !== undefined) problems.add('escape', name, `the mount at ${shown(mount.point)} ${problem}`);
  }
  verifyCovers(name, mounts, bounds, problems);
};

/** criu mounts as root, before the container is shut in: by what the images say. */
export const verifyMounts = (
  { images }: Contents,
  bounds: Confinement | undefined,
  problems: Problems,
): void => {
  for (const [name, { type, entries }] of images) {
    if (type.name === 'BINFMT_MISC' || type.name === 'AUTOFS')
      problems.add('escape', name, 'would be written to what belongs to the whole host');
    if (type.name !== 'MNTS') continue;
    const messages = entries.map(({ message }) => message);
    const mounts = messages.map(mountOf);
    verifyKinds(name, messages, problems);
    verifyShape(name, mounts, problems);
    if (bounds !== undefined) verifyBounds(name, mounts, bounds, problems);
  }
};
