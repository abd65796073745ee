import type { ImageSet, PageEndpoint } from '../../engine/ports.ts';
import { imagesOf, parentOf, workOf } from '../directories.ts';

interface Checkpoint {
  readonly runcRoot: string;
  readonly id: string;
  readonly directory: string;
  readonly images: ImageSet;
  readonly parent: number | undefined;
  readonly endpoint: PageEndpoint;
}

/** `runc checkpoint` to a page-server: a pre-dump for a round, the whole dump for `final`. */
export const checkpointArgv = (checkpoint: Checkpoint): readonly [string, ...string[]] => {
  const { runcRoot, id, directory, images, parent, endpoint } = checkpoint;
  return [
    'runc',
    '--root',
    runcRoot,
    'checkpoint',
    ...(images === 'final' ? ['--file-locks'] : ['--pre-dump']),
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
 * criu's configuration for the final dump and the restore; runc has no flags for these. The address does not move along,
 * so connections cannot be kept: they are closed, and a half-open one must not fail the dump.
 */
export const criuConfig = (actionScript: string): string =>
  ['verbosity=2', 'tcp-close', 'skip-in-flight', `action-script ${actionScript}`, ''].join('\n');
