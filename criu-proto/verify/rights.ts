import { isZombie } from '../chain/tasks.ts';
import { messageIn, messagesIn, numberIn, numbersIn, textIn } from '../protobuf/fields.ts';
import type { Message } from '../protobuf/message.ts';
import type { Confinement, IdRange, NamespaceKind } from './confinement.ts';
import type { Problems } from './problems.ts';
import { type Contents, messagesOf } from './references.ts';

const namespaceFields: Readonly<Record<NamespaceKind, string>> = {
  pid: 'pid_ns_id',
  network: 'net_ns_id',
  ipc: 'ipc_ns_id',
  uts: 'uts_ns_id',
  mount: 'mnt_ns_id',
  user: 'user_ns_id',
  cgroup: 'cgroup_ns_id',
  time: 'time_ns_id',
};

/** A task whose namespace has the number of criu's own is restored in the host's. */
const verifyNamespaces = ({ images }: Contents, { namespaces }: Confinement, problems: Problems): void => {
  const [inventory] = messagesOf(images, 'inventory.img');
  const outside = messageIn(inventory ?? {}, 'root_ids');
  if (outside === undefined) {
    problems.add('escape', 'inventory.img', "does not say which namespaces are the host's");
    return;
  }
  const isOutside = (ids: Message, kind: NamespaceKind): boolean => {
    const id = numberIn(ids, namespaceFields[kind]) ?? 0;
    return id === 0 || id === (numberIn(outside, namespaceFields[kind]) ?? 0);
  };
  for (const [name, { type, entries }] of images) {
    const message = entries[0]?.message ?? {};
    const ids = type.name === 'IDS' ? message : messageIn(type.name === 'CORE' ? message : {}, 'ids');
    const kind = ids && namespaces.find((each) => isOutside(ids, each));
    if (kind !== undefined)
      problems.add('escape', name, `the ${kind} namespace of this task is the host's, not the container's`);
  }
};

const capabilitySets = ['cap_inh', 'cap_prm', 'cap_eff', 'cap_bnd', 'cap_amb'] as const;

const capabilitiesIn = (creds: Message): bigint =>
  capabilitySets.reduce((all, field) => {
    const [low = 0, high = 0, ...more] = numbersIn(creds, field);
    const beyond = more.some((word) => word !== 0) ? 1n << 64n : 0n;
    return all | BigInt(low) | (BigInt(high) << 32n) | beyond;
  }, 0n);

const idFields = {
  uids: ['uid', 'euid', 'suid', 'fsuid'],
  gids: ['gid', 'egid', 'sgid', 'fsgid'],
} as const;

/** The id of nobody: to the kernel it means `leave as it is`. */
const NO_ID = 0xffff_ffff;

const isMapped = (id: number, ranges: readonly IdRange[]): boolean =>
  id !== NO_ID &&
  (ranges.length === 0 || ranges.some(({ first, count }) => id >= first && id - first < count));

const idsProblem = (creds: Message, bounds: Pick<Confinement, 'uids' | 'gids'>): string | undefined => {
  for (const kind of ['uids', 'gids'] as const) {
    const groups = kind === 'gids' ? numbersIn(creds, 'groups') : [];
    const all = [...idFields[kind].map((field) => numberIn(creds, field) ?? 0), ...groups];
    const stranger = all.find((id) => !isMapped(id, bounds[kind]));
    if (stranger !== undefined)
      return `has the ${kind.slice(0, -1)} ${stranger}, which the container does not have`;
  }
  return undefined;
};

const rightsProblem = (creds: Message, bounds: Confinement): string | undefined => {
  const more = capabilitiesIn(creds) & ~bounds.capabilities;
  if (more !== 0n) return `has capabilities that the container does not have: 0x${more.toString(16)}`;
  if (bounds.noNewPrivileges && numberIn(creds, 'no_new_privs') !== 1)
    return 'may gain privileges, which the container may not';
  const profile = textIn(creds, 'lsm_profile');
  if (bounds.profile !== undefined && profile !== bounds.profile)
    return `has the profile ${JSON.stringify(profile ?? 'unconfined')}, the container ${JSON.stringify(bounds.profile)}`;
  return undefined;
};

/** Who a task is; a zombie is nobody any more. */
const credentialsIn = (type: string, message: Message): Message | undefined => {
  if (type === 'CREDS') return message;
  if (type !== 'CORE' || (messageIn(message, 'tc') !== undefined && isZombie(message))) return undefined;
  return messageIn(messageIn(message, 'thread_core') ?? {}, 'creds');
};

/** Who every thread is, and what it may do. Without a configuration only that its ids are ids. */
const verifyCredentials = (
  { images }: Contents,
  bounds: Confinement | undefined,
  problems: Problems,
): void => {
  for (const [name, { type, entries }] of images) {
    const [entry] = entries;
    const creds = entry && credentialsIn(type.name, entry.message);
    if (creds === undefined) continue;
    problems.add('forged', name, idsProblem(creds, bounds ?? { uids: [], gids: [] }));
    if (bounds !== undefined) problems.add('escape', name, rightsProblem(creds, bounds));
  }
};

const rangesIn = (map: Message, field: string): string =>
  messagesIn(map, field)
    .map((each) => `${numberIn(each, 'first')} ${numberIn(each, 'lower_first')} ${numberIn(each, 'count')}`)
    .sort()
    .join(', ');

const rangesText = (ranges: readonly IdRange[]): string =>
  ranges
    .map(({ first, host, count }) => `${first} ${host} ${count}`)
    .sort()
    .join(', ');

/** Which ids of the host the container's are: criu writes that down as the images say it. */
const verifyMappings = ({ images }: Contents, bounds: Confinement, problems: Problems): void => {
  for (const [name, { type, entries }] of images) {
    if (type.name !== 'USERNS') continue;
    for (const { message } of entries) {
      const same =
        rangesIn(message, 'uid_map') === rangesText(bounds.uids) &&
        rangesIn(message, 'gid_map') === rangesText(bounds.gids);
      if (!same) problems.add('escape', name, 'maps ids to others of the host than the configuration does');
    }
  }
};

export const verifyRights = (
  contents: Contents,
  bounds: Confinement | undefined,
  problems: Problems,
): void => {
  verifyCredentials(contents, bounds, problems);
  if (bounds === undefined) return;
  verifyNamespaces(contents, bounds, problems);
  verifyMappings(contents, bounds, problems);
};
