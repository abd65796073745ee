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
  /** Whether systemd made the container's cgroup. */
  readonly systemdCgroup: boolean;
  /** Whether established TCP connections are dumped, to continue on the destination. */
  readonly keepTcp: boolean;
  /** Whether runc has this flag (runc 1.3 and later); runc then overrides criu's configuration. */
  readonly skipInFlightFlag: boolean;
}

/** Returns `runc checkpoint` to a page-server: a pre-dump for a round, the complete dump for `final`. */
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

/** An IPv6 address needs brackets: runc would take its first colon for the start of the port. */
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
 * Returns criu's configuration for the final dump and the restore; runc has no flags for these options. When
 * the container's address does not move with it, its connections are closed, because they could not continue.
 * A half-open connection must not fail the dump.
 */
export const criuConfig = (plan: Plan, actionScript: string, extraLines: readonly string[] = []): string => {
  const tcp = keepsTcp(plan) ? [] : ['tcp-close'];
  return ['verbosity=2', ...tcp, 'skip-in-flight', ...extraLines, `action-script ${actionScript}`, ''].join(
    '\n',
  );
};

export const keepsTcp = ({ docker }: Plan): boolean => docker?.tcp === 'keep';
