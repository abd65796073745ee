import type { Host } from '../../engine/ports/host.ts';
import { type ContainerSpec, ociConfig } from './oci-config.ts';

const lab = '/opt/precopy-lab/rootfs';
/** What only PostgreSQL needs, its empty cluster too: five times the rest. */
const postgresql = '/opt/precopy-lab/postgresql';

/** Everything but services and their libraries: a first sync then has an eighth to copy. */
const small = [
  'bin/busybox',
  'bin/sh',
  'bin/tail',
  'bin/page-counter',
  'bin/dirtier',
  'bin/churn',
  'etc',
  'dev',
  'proc',
  'sys',
  'tmp',
  'run',
  'data',
  'root',
];

const copyRootfs = 'mkdir -p -- "$1" && cd -- "$2" && to=$1 && shift 2 && exec cp -a --parents -- "$@" "$to"';

export const bundleOf = (id: string): string => `/var/lib/containers/${id}`;

/** What of which trees a container needs. */
const treesFor = (args: readonly string[]): readonly (readonly [string, ...string[]])[] => {
  const runs = (services: RegExp): boolean => args.some((word) => services.test(word));
  if (runs(/postgres/))
    return [
      [lab, '.'],
      [postgresql, '.'],
    ];
  return [runs(/redis|memcached|nginx/) ? [lab, '.'] : [lab, ...small]];
};

/** Makes the bundle's root filesystem from the lab's. */
export const makeRootfs = async (host: Host, { id, args }: ContainerSpec): Promise<void> => {
  for (const tree of treesFor(args))
    await host.run({ argv: ['sh', '-c', copyRootfs, 'sh', `${bundleOf(id)}/rootfs`, ...tree] });
};

/** Runs a container from the lab's root filesystem, with /dev/null for its standard descriptors. */
export const runContainer = async (host: Host, spec: ContainerSpec): Promise<void> => {
  await makeRootfs(host, spec);
  await startBundle(host, spec);
};

/** Runs a container in a bundle whose root filesystem is there; `start` is a script that gets the bundle and the id. */
export const startBundle = async (
  host: Host,
  spec: ContainerSpec,
  start = 'exec runc run --detach --bundle "$1" "$2" </dev/null >/dev/null 2>&1',
): Promise<void> => {
  const bundle = bundleOf(spec.id);
  await host.writeFile(`${bundle}/config.json`, JSON.stringify(ociConfig(spec), undefined, 2), 0o600);
  await host.run({ argv: ['bash', '-c', start, 'bash', bundle, spec.id] });
};

const end =
  'runc delete --force "$1" >/dev/null 2>&1; umount -q "$2/rootfs" 2>/dev/null; rm -rf -- "$2"; rmdir --ignore-fail-on-non-empty "${2%/*}" 2>/dev/null; true';

/** Ends a container wherever it is and removes its files. */
export const removeContainer = async (host: Host, id: string): Promise<void> => {
  await host.run({ argv: ['sh', '-c', end, 'sh', id, bundleOf(id)] });
};
