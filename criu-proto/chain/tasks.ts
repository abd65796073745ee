import type { Range } from '../format/cursor.ts';
import type { Image } from '../format/image.ts';
import { bigIn, messageIn, messagesIn, numberIn, numbersIn, textIn } from '../protobuf/fields.ts';
import type { Budget, Message } from '../protobuf/message.ts';
import type { Round } from './chain.ts';
import type { Span } from './page-runs.ts';
import { imageOf } from './round-files.ts';

/** Values of `task_core_entry.task_state`. */
export const taskStates: Readonly<Record<number, 'alive' | 'zombie' | 'stopped'>> = {
  1: 'alive',
  2: 'zombie',
  3: 'stopped',
};

export const isZombie = (core: Message): boolean =>
  taskStates[numberIn(messageIn(core, 'tc') ?? {}, 'task_state') ?? 0] === 'zombie';

/** A mapping of a process. */
export interface Mapping {
  readonly start: bigint;
  readonly end: bigint;
  readonly kind: MappingKind;
  /** `rwx` with dashes, then `s` for shared or `p` for private. */
  readonly access: string;
  /** Where in the file it begins, in bytes. */
  readonly offset: bigint;
  /** Of a file the file in files.img, of shared memory the number of its pagemap. */
  readonly id: bigint;
}

const mappingKinds = [
  [0x8, 'vdso'],
  [0x1000, 'vvar'],
  [0x4, 'vsyscall'],
  [0x20, 'heap'],
  [0x2, 'stack'],
  [0x2000, 'aio'],
  [0x4000, 'memfd'],
  [0x400, 'system-v'],
  [0x800, 'socket'],
  [0x8000, 'shadow-stack'],
  [0x20000, 'uprobes'],
  [0x80, 'shared-file'],
  [0x40, 'file'],
  [0x100, 'shared'],
  [0x200, 'anonymous'],
] as const;

export type MappingKind = (typeof mappingKinds)[number][1] | 'other';

/** All that have a name. */
export const mappingKindNames: readonly MappingKind[] = mappingKinds.map(([, name]) => name);

/** Bit of `vma_entry.status` for a guard area, from criu 4.2 on (criu/include/image.h). */
const GUARD = 0x1_0000;

const isGuardArea = (vma: Message): boolean => ((numberIn(vma, 'status') ?? 0) & GUARD) !== 0;

/** The entries of a process's `mm` image that stand for mappings, without guard areas. */
export const vmasIn = (mm: Message): readonly Message[] =>
  messagesIn(mm, 'vmas').filter((vma) => !isGuardArea(vma));

/**
 * The guard areas of a process, by address: pages within mappings that fault at any access (`madvise(MADV_GUARD_INSTALL)`), such as glibc
 * 2.42 has below the stacks of threads. criu lists them behind the mappings, in any order.
 */
export const guardAreasIn = (mm: Message): readonly Span[] =>
  messagesIn(mm, 'vmas')
    .filter(isGuardArea)
    .map((vma) => ({ start: bigIn(vma, 'start') ?? 0n, end: bigIn(vma, 'end') ?? 0n }))
    .sort((one, other) => (one.start < other.start ? -1 : 1));

export const mappingOf = (vma: Message): Mapping => {
  const status = numberIn(vma, 'status') ?? 0;
  const prot = numberIn(vma, 'prot') ?? 0;
  const shared = ((numberIn(vma, 'flags') ?? 0) & 1) !== 0;
  const bit = (mask: number, letter: string): string => ((prot & mask) !== 0 ? letter : '-');
  return {
    start: bigIn(vma, 'start') ?? 0n,
    end: bigIn(vma, 'end') ?? 0n,
    kind: mappingKinds.find(([mask]) => (status & mask) !== 0)?.[1] ?? 'other',
    access: `${bit(1, 'r')}${bit(2, 'w')}${bit(4, 'x')}${shared ? 's' : 'p'}`,
    offset: bigIn(vma, 'pgoff') ?? 0n,
    id: bigIn(vma, 'shmid') ?? 0n,
  };
};

/** A process, from its images. */
export interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  readonly threads: readonly number[];
  readonly state: 'alive' | 'zombie' | 'stopped' | 'unknown';
  readonly command: string;
  /** Of its core and its ids; empty where these are missing. */
  readonly core: Message;
  readonly ids: Message;
  /** A zombie has none. */
  readonly mm?: Message;
  readonly mappings: readonly Mapping[];
}

const firstMessage = (image: Image<Range> | undefined): Message | undefined => image?.entries[0]?.message;

const processOf = async (round: Round, entry: Message, budget: Budget | undefined): Promise<Process> => {
  const pid = numberIn(entry, 'pid') ?? 0;
  const core = firstMessage(await imageOf(round, `core-${pid}.img`, budget)) ?? {};
  const ids = messageIn(core, 'ids') ?? firstMessage(await imageOf(round, `ids-${pid}.img`, budget)) ?? {};
  const mm = firstMessage(await imageOf(round, `mm-${pid}.img`, budget));
  const task = messageIn(core, 'tc') ?? {};
  const base = {
    pid,
    parent: numberIn(entry, 'ppid') ?? 0,
    group: numberIn(entry, 'pgid') ?? 0,
    session: numberIn(entry, 'sid') ?? 0,
    threads: numbersIn(entry, 'threads'),
    state: taskStates[numberIn(task, 'task_state') ?? 0] ?? ('unknown' as const),
    command: textIn(task, 'comm') ?? '',
    core,
    ids,
    mappings: mm === undefined ? [] : vmasIn(mm).map(mappingOf),
  };
  return mm === undefined ? base : { ...base, mm };
};

/** The processes of a dump, in the order of its tree. A pre-dump has none. Throws `DecodeError`. */
export const processesIn = async (round: Round, budget?: Budget): Promise<readonly Process[]> => {
  const tree = await imageOf(round, 'pstree.img', budget);
  const processes: Process[] = [];
  for (const { message } of tree?.entries ?? []) processes.push(await processOf(round, message, budget));
  return processes;
};
