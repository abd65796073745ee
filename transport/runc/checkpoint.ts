import type { Plan } from '../../engine/model/plan.ts';
import type { ImageSet, PageEndpoint } from '../../engine/ports/pages.ts';
import { imagesOf, parentOf, workOf } from '../keeper/directories.ts';

interface Checkpoint {
  readonly runcRoot: string;
  readonly id: string;
  readonly directory: string;
  readonly images: ImageSet;
  readonly parent: number | undefined;
  readonly endpoint: PageEndpoint;
  /** The container's cgroup was made by systemd. */
  readonly systemdCgroup: boolean;
  /** Established TCP connections are dumped, to go on. */
  readonly keepTcp: boolean;
  /** runc has a flag for it, and then overrides what criu's configuration says (runc 1.3 and later). */
  readonly skipInFlightFlag: boolean;
}

/** `runc checkpoint` to a page-server: a pre-dump for a round, the whole dump for `final`. */
export const checkpointArgv = (checkpoint: Checkpoint): readonly [string, ...string[]] => {
  const { runcRoot, id, directory, images, parent, endpoint, systemdCgroup, keepTcp } = checkpoint;
  const skipInFlight = images === 'final' && checkpoint.skipInFlightFlag;
  return [
    'runc',
    '--root',
    runcRoot,
    ...(systemdCgroup ? ['--systemd-cgroup'] : []),
    'checkpoint',
    ...(images === 'final' ? ['--file-locks'] : ['--pre-dump']),
    ...(keepTcp ? ['--tcp-established'] : []),
    ...(skipInFlight ? ['--tcp-skip-in-flight'] : []),
    '--image-path',
    imagesOf(directory, images),
    '--work-path',
    workOf(directory, images),
    ...(parent === undefined ? [] : ['--parent-path', parentOf(parent)]),
    '--page-server',
    hostAndPort(endpoint),
    id,
  ];
};

/** The colons of an IPv6 address would end the host. */
const hostAndPort = ({ address, port }: PageEndpoint): string =>
  address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;

interface Restore {
  readonly runcRoot: string;
  readonly id: string;
  readonly directory: string;
  readonly bundle: string;
}

export const restoreArgv = ({ runcRoot, id, directory, bundle }: Restore): readonly [string, ...string[]] => [
  'runc',
  '--root',
  runcRoot,
  'restore',
  '--detach',
  '--file-locks',
  '--image-path',
  imagesOf(directory, 'final'),
  '--work-path',
  workOf(directory, 'restore'),
  '--bundle',
  bundle,
  id,
];

/**
 * criu's configuration for the final dump and the restore; runc has no flags for these. Where the address does not move
 * along, connections are closed, for nobody could go on with them; a half-open one must not fail the dump.
 */
export const criuConfig = (plan: Plan, actionScript: string, more: readonly string[] = []): string => {
  const tcp = keepsTcp(plan) ? [] : ['tcp-close'];
  return ['verbosity=2', ...tcp, 'skip-in-flight', ...more, `action-script ${actionScript}`, ''].join('\n');
};

export const keepsTcp = ({ docker }: Plan): boolean => docker?.tcp === 'keep';
