import type { MemoryFacts, UnreachableMemory } from '../../engine/model/facts.ts';
import { kibToBytes } from '../../engine/model/units.ts';
import type { Records } from '../records.ts';

interface Mapping {
  readonly kind: string;
  readonly inode: string;
  readonly kib: number;
}

const names: Readonly<Record<string, string>> = {
  sysv: 'SysV shared memory',
  memfd: 'memfd',
  hugetlb: 'huge pages',
  aio: 'AIO rings',
};

/** Sums the mappings of all processes; what they share, known by its inode, counts once. */
export const memoryFacts = (records: Records): MemoryFacts => {
  const totals = new Map<string, number>();
  for (const { kind, kib } of distinct(records.all('memory').map(mapping))) {
    totals.set(kind, (totals.get(kind) ?? 0) + kib);
  }
  const all = [...totals.values()].reduce((sum, kib) => sum + kib, 0);
  return {
    resident: kibToBytes(all),
    anonymousShared: kibToBytes(totals.get('anonymous-shared') ?? 0),
    unreachable: Object.entries(names).flatMap(([kind, what]) => sized(what, totals.get(kind) ?? 0)),
    tmpfs: records.all('tmpfs').flatMap((record) => {
      const [, kib = '0', path = ''] = /^(\d+) (.*)$/.exec(record) ?? [];
      return sized(`tmpfs ${path}`, Number(kib));
    }),
  };
};

const mapping = (record: string): Mapping => {
  const [kind = '', inode = '', kib = ''] = record.split(' ');
  return { kind, inode, kib: Number(kib) || 0 };
};

/** A process may have a shared segment in pieces; of the processes, the one that has most of it mapped counts. */
const distinct = (mappings: readonly Mapping[]): readonly Mapping[] => {
  const shared = new Map<string, Mapping>();
  const others: Mapping[] = [];
  let ofProcess = new Map<string, Mapping>();
  for (const each of mappings) {
    if (each.kind !== 'private' && each.inode !== '0') {
      const key = `${each.kind} ${each.inode}`;
      ofProcess.set(key, { ...each, kib: each.kib + (ofProcess.get(key)?.kib ?? 0) });
      continue;
    }
    others.push(each);
    // Private memory is each process's last record.
    if (each.kind !== 'private') continue;
    keepLarger(shared, ofProcess);
    ofProcess = new Map();
  }
  keepLarger(shared, ofProcess);
  return [...others, ...shared.values()];
};

const keepLarger = (all: Map<string, Mapping>, some: ReadonlyMap<string, Mapping>): void => {
  for (const [key, each] of some) {
    if (each.kib > (all.get(key)?.kib ?? -1)) all.set(key, each);
  }
};

const sized = (what: string, kib: number): readonly UnreachableMemory[] =>
  kib > 0 ? [{ what, size: kibToBytes(kib) }] : [];
