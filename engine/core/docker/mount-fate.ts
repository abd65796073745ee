import type {
  DockerFacts,
  DockerMount,
  DockerPlace,
  DockerRequest,
  MountFate,
  MountPlace,
} from '../../model/docker.ts';
import { bytes } from '../../model/units.ts';
import { isHostsOwn, isNeverCopied } from './host-paths.ts';

type MountState = MountPlace['state'];

/** Why a mount's fate is what it is. `moves` and `shared` need no words, each of the others is a finding. */
export type MountReason =
  | 'moves'
  | 'shared'
  | 'replaces-content'
  | 'said-to-be-shared'
  | 'left-behind'
  | 'hosts-own'
  // All below forbid the migration, and leave the mount alone.
  | 'has-content'
  | 'not-there'
  | 'empty-there'
  | 'copied-onto-itself'
  | 'never-copied'
  | 'overlaps'
  | 'driver-missing';

export interface MountDecision {
  readonly mount: DockerMount;
  readonly fate: MountFate;
  readonly reason: MountReason;
}

/** What becomes of each mount. Nothing is overwritten, and nothing of value left behind, without the user's word. */
export const decideMounts = (
  { mounts }: DockerFacts,
  place: DockerPlace,
  request: DockerRequest,
): readonly MountDecision[] =>
  withoutOverlaps(
    distinct(mounts).map((mount) => {
      const asked = request.mounts.find(({ name }) => name === mount.name)?.fate;
      // Of a mount that nobody looked at, the worst is believed.
      const state = place.mounts.find(({ name }) => name === mount.name)?.state ?? 'has-content';
      return { mount, ...decide(mount, state, asked) };
    }),
  );

/** Mounts that have a fate: one of each name, whatever number of places it is mounted at. */
export const distinct = (mounts: readonly DockerMount[]): readonly DockerMount[] => {
  const byName = new Map<string, DockerMount>();
  for (const mount of mounts.filter(({ kind }) => kind !== 'other')) {
    const known = byName.get(mount.name);
    const both = {
      writable: mount.writable || known?.writable === true,
      reachableFromAll: mount.reachableFromAll && known?.reachableFromAll !== false,
      size: bytes(Math.max(mount.size, known?.size ?? 0)),
    };
    byName.set(mount.name, { ...(known ?? mount), ...both });
  }
  return [...byName.values()];
};

const EMPTY_AT_MOST = 64 * 1024;

type Verdict = Omit<MountDecision, 'mount'>;

const refused = (reason: MountReason): Verdict => ({ fate: 'leave', reason });

const decide = (mount: DockerMount, state: MountState, asked: MountFate | undefined): Verdict => {
  if (state === 'driver-missing') return refused('driver-missing');
  if (isHostsOwn(mount) && asked !== 'copy') {
    return state === 'absent' ? refused('not-there') : { fate: 'leave', reason: 'hosts-own' };
  }
  switch (asked ?? byDefault(mount, state)) {
    case 'copy':
      return copy(mount, state);
    case 'shared':
      return share(mount, state, asked !== undefined);
    case 'leave':
      return leave(mount, state);
    case undefined:
      return refused('has-content');
  }
};

/** `undefined`: only the user can know. */
const byDefault = ({ reachableFromAll }: DockerMount, state: MountState): MountFate | undefined => {
  if (reachableFromAll) return 'shared';
  return state === 'has-content' ? undefined : 'copy';
};

const copy = (mount: DockerMount, state: MountState): Verdict => {
  if (mount.kind === 'bind' && isNeverCopied(mount.name)) return refused('never-copied');
  if (mount.reachableFromAll && !isAnother(mount, state)) return refused('copied-onto-itself');
  return { fate: 'copy', reason: state === 'has-content' ? 'replaces-content' : 'moves' };
};

/** A volume that others reach too is mounted only once it is used: until then it may look absent or empty. */
const share = ({ kind, reachableFromAll }: DockerMount, state: MountState, asked: boolean): Verdict => {
  if (kind === 'volume' && reachableFromAll) return { fate: 'shared', reason: 'shared' };
  if (state === 'absent') return refused('not-there');
  if (state === 'empty' && !asked) return refused('empty-there');
  const seen = reachableFromAll && state === 'has-content';
  return { fate: 'shared', reason: seen ? 'shared' : 'said-to-be-shared' };
};

const leave = (mount: DockerMount, state: MountState): Verdict => {
  if (mount.kind === 'bind' && state === 'absent') return refused('not-there');
  const same = mount.reachableFromAll && (mount.kind === 'volume' || state === 'has-content');
  return { fate: 'leave', reason: same ? 'shared' : 'left-behind' };
};

/** Surely not what is on the source, though a network file system is there. An empty directory takes some room itself. */
const isAnother = ({ kind, size }: DockerMount, state: MountState): boolean =>
  kind === 'bind' && (state === 'absent' || (state === 'empty' && size > EMPTY_AT_MOST));

/** A copy of a directory brings what lies below it, so nothing in it can have another fate. */
const withoutOverlaps = (decisions: readonly MountDecision[]): readonly MountDecision[] => {
  const copied = decisions.filter(({ fate, mount }) => fate === 'copy' && mount.kind === 'bind');
  const isInCopied = ({ mount: { source } }: MountDecision): boolean =>
    copied.some(({ mount }) => source.startsWith(`${mount.source}/`));
  return decisions.map((decision) =>
    decision.fate !== 'copy' && isInCopied(decision) && !isRefused(decision)
      ? { ...decision, ...refused('overlaps') }
      : decision,
  );
};

const refusals: ReadonlySet<MountReason> = new Set<MountReason>([
  ...(['has-content', 'not-there', 'empty-there', 'copied-onto-itself'] as const),
  ...(['never-copied', 'overlaps', 'driver-missing'] as const),
]);

const isRefused = ({ reason }: MountDecision): boolean => refusals.has(reason);
