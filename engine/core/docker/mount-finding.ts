import type { DockerMount, MountFate } from '../../model/docker.ts';
import type { Finding } from '../../model/finding.ts';
import { mib } from '../preflight/amounts.ts';
import { isEngineSocket, isNeverCopied } from './host-paths.ts';
import type { MountDecision, MountReason } from './mount-fate.ts';

/** What there is to say of a mount whose fate was decided; `here` and `there` are the hosts. */
export const mountFinding = (
  { mount, reason }: MountDecision,
  here: string,
  there: string,
): readonly Finding[] => {
  const kind = mount.kind === 'volume' ? 'volume' : 'bind mount';
  const what = `${kind} ${mount.name} (at ${mount.destination})`;
  const finding = texts[reason]?.({ mount, what, here, there });
  return finding === undefined ? [] : [finding];
};

interface Words {
  readonly mount: DockerMount;
  readonly what: string;
  readonly here: string;
  readonly there: string;
}

/** Something in it may be of the container. */
const isInvolved = ({ writable, size }: DockerMount): boolean => writable && size > 0;

const choice = (name: string, fate: MountFate): string => `--volume ${name}=${fate}`;

/** What may be said in place of something else, where it is possible at all. */
const orCopy = (name: string): string => (isNeverCopied(name) ? '' : `, or say ${choice(name, 'copy')}`);

/** A size that could not be measured is told as 0. */
const amount = ({ size }: DockerMount): string => (size > 0 ? mib(size) : 'what it holds');

const texts: Readonly<Record<MountReason, ((words: Words) => Finding) | undefined>> = {
  moves: undefined,
  shared: undefined,
  'replaces-content': ({ mount, what, there }) => ({
    severity: 'warning',
    code: 'volume-replaced',
    message: `${what}: its content on ${there} will be replaced by ${amount(mount)} from the source, as you said`,
    remedy: `Keep a copy of what ${there} has there if anybody needs it.`,
  }),
  'said-to-be-shared': ({ mount, what, here, there }) => ({
    severity: 'warning',
    code: 'volume-said-to-be-shared',
    message:
      `${what} is taken to be the same on both hosts, as you said: nothing is copied, and if it is not, ` +
      `${amount(mount)} will be left on ${here}`,
    remedy: `See that ${mount.name} is the same on ${here} and ${there}${orCopy(mount.name)}.`,
  }),
  'left-behind': ({ mount, what, here, there }) => ({
    severity: mount.writable ? 'warning' : 'note',
    code: 'volume-left-behind',
    message:
      `${what}: ${amount(mount)} will be left on ${here}, the container goes on with what ${there} has; ` +
      'the restore fails if a file it has open is not there',
    remedy: `See that the container can do without its content${orCopy(mount.name)}.`,
  }),
  'hosts-own': ({ mount, what, here, there }) => ({
    severity: isInvolved(mount) ? 'warning' : 'note',
    code: 'volume-of-host',
    message: isEngineSocket(mount.name)
      ? `${what}: the container will talk to Docker on ${there}; the cut-over fails while it is connected to that on ${here}`
      : `${what}: the container goes on with that of ${there}; nothing of it is copied from ${here}`,
    ...(isInvolved(mount)
      ? { remedy: `See that the container needs nothing of what is in ${mount.name}.` }
      : {}),
  }),
  'has-content': ({ mount, what, there }) => ({
    severity: 'error',
    code: 'volume-has-content',
    message: `${what} has content on ${there} already, and only you can know which is right`,
    remedy:
      `Say ${choice(mount.name, 'leave')} (uses what is there), ${choice(mount.name, 'shared')} (it is the same)` +
      `${isNeverCopied(mount.name) ? '' : ` or ${choice(mount.name, 'copy')} (replaces what is there)`}.`,
  }),
  'not-there': ({ mount, what, there }) => ({
    severity: 'error',
    code: 'volume-not-there',
    message: `${what} is not on ${there}, so the container would miss its content`,
    remedy: `Provide ${mount.name} on ${there}${orCopy(mount.name)}.`,
  }),
  'empty-there': ({ mount, what, here, there }) => ({
    severity: 'error',
    code: 'volume-not-there',
    message: `${what} lies on a network file system on ${here}, but on ${there} it is empty, as if not mounted`,
    remedy:
      `Mount it on ${there}${orCopy(mount.name)}, ` +
      `or ${choice(mount.name, 'shared')} if it is the same and empty.`,
  }),
  'copied-onto-itself': ({ mount, what, there }) => ({
    severity: 'error',
    code: 'volume-copied-onto-itself',
    message: `${what} has the same content on ${there}: a copy onto itself could damage it`,
    remedy: `Say ${choice(mount.name, 'shared')}, or nothing.`,
  }),
  'never-copied': ({ mount, what, there }) => ({
    severity: 'error',
    code: 'volume-never-copied',
    message: `${what} cannot be copied: ${there} has its own and needs it`,
    remedy: `Say ${choice(mount.name, 'leave')}.`,
  }),
  overlaps: ({ mount, what }) => ({
    severity: 'error',
    code: 'volume-overlaps',
    message: `${what} lies below another bind mount that is copied, and would be copied with it`,
    remedy: `Say ${choice(mount.name, 'copy')}, or another fate for the one above it.`,
  }),
  'driver-missing': ({ mount, what, there }) => ({
    severity: 'error',
    code: 'volume-driver-missing',
    message: `${what} needs the volume driver ${mount.driver}, which Docker on ${there} does not have`,
    remedy: `Run on ${there}: docker plugin install ${mount.driver}.`,
  }),
};
