import type { MemoryFacts, UnreachableMemory } from '../../engine/model/facts.ts';
import { kibToBytes } from '../../engine/model/units.ts';
import type { Records } from '../door/records.ts';

interface Mapping {
  readonly kind: string;
  readonly inode: string;
  readonly kib: number;
}

/** Kinds of memory that pre-dumps cannot copy. */
const unreachableKinds: Readonly<Record<string, string>> = {
  'anonymous-shared': 'anonymous shared memory',
  sysv: 'SysV shared memory',
  memfd: 'memfd',
  hugetlb: 'huge pages',
  aio: 'AIO rings',
};

/**
 * Sums the mappings of all processes. A shared segment, identified by its inode, counts once and with its
 * full size: pages written by a process that has ended are in no other process's account.
 */
export const memoryFacts = (records: Records): MemoryFacts => {
  const totals = new Map<string, number>();
  const segments = records.all('segment').map(segment);
  for (const { kind, kib } of countSharedOnce(records.all('memory').map(mapping), segments)) {
    totals.set(kind, (totals.get(kind) ?? 0) + kib);
  }
  const all = [...totals.values()].reduce((sum, kib) => sum + kib, 0);
  return {
    resident: kibToBytes(all),
    unreachable: Object.entries(unreachableKinds).flatMap(([kind, what]) =>
      partIfAny(what, totals.get(kind) ?? 0),
    ),
    tmpfs: records.all('tmpfs').flatMap((record) => {
      const [, kib = '0', path = ''] = /^(\d+) (.*)$/.exec(record) ?? [];
      return partIfAny(`tmpfs ${path}`, Number(kib));
    }),
  };
};

const mapping = (record: string): Mapping => {
  const [kind = '', inode = '', kib = ''] = record.split(' ');
  return { kind, inode, kib: Number(kib) || 0 };
};

/** The kernel counts the size of a segment's file in blocks of 512 bytes. */
const segment = (record: string): Mapping => {
  const { kib: blocks, ...which } = mapping(record);
  return { ...which, kib: blocks / 2 };
};

/**
 * A process may map a shared segment in pieces, which are added up. The segment counts as large as the
 * process that maps most of it sees it, or as large as its file if that is larger.
 */
const countSharedOnce = (mappings: readonly Mapping[], segments: readonly Mapping[]): readonly Mapping[] => {
  const shared = new Map<string, Mapping>();
  const others: Mapping[] = [];
  let ofProcess = new Map<string, Mapping>();
  for (const each of mappings) {
    if (each.kind !== 'private' && each.inode !== '0') {
      const key = keyOf(each);
      ofProcess.set(key, { ...each, kib: each.kib + (ofProcess.get(key)?.kib ?? 0) });
      continue;
    }
    others.push(each);
    // The record of private memory ends the records of each process.
    if (each.kind !== 'private') continue;
    keepLarger(shared, ofProcess);
    ofProcess = new Map();
  }
  keepLarger(shared, ofProcess);
  for (const each of segments) {
    const key = keyOf(each);
    if (shared.has(key)) keepLarger(shared, new Map([[key, each]]));
  }
  return [...others, ...shared.values()];
};

const keyOf = ({ kind, inode }: Mapping): string => `${kind} ${inode}`;

const keepLarger = (all: Map<string, Mapping>, some: ReadonlyMap<string, Mapping>): void => {
  for (const [key, each] of some) {
    if (each.kib > (all.get(key)?.kib ?? -1)) all.set(key, each);
  }
};

const partIfAny = (what: string, kib: number): readonly UnreachableMemory[] =>
  kib > 0 ? [{ what, size: kibToBytes(kib) }] : [];
