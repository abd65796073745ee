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

/** Sums the mappings of all processes; a shared one, known by its inode, counts once. */
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

const distinct = (mappings: readonly Mapping[]): readonly Mapping[] => {
  const shared = new Map<string, Mapping>();
  const others: Mapping[] = [];
  for (const each of mappings) {
    if (each.kind === 'private' || each.inode === '0') {
      others.push(each);
      continue;
    }
    const key = `${each.kind} ${each.inode}`;
    const known = shared.get(key);
    if (known === undefined || known.kib < each.kib) shared.set(key, each);
  }
  return [...others, ...shared.values()];
};

const sized = (what: string, kib: number): readonly UnreachableMemory[] =>
  kib > 0 ? [{ what, size: kibToBytes(kib) }] : [];
