import { openChain, type Round } from '../chain/chain.ts';
import type { ImageDirectory } from '../chain/directory.ts';
import { filesById, type OpenFile, pathOf } from '../chain/open-files.ts';
import type { Pagemap, PagemapEntry } from '../chain/pagemap.ts';
import { endOf, PAGE } from '../chain/pages.ts';
import { imageOf, pagemapIn } from '../chain/round-files.ts';
import { type Mapping, type MappingKind, processesIn } from '../chain/tasks.ts';
import { bigIn, numberIn, textIn } from '../protobuf/fields.ts';
import { pagemapNames } from '../verify/pages.ts';

/** Pages of one mapping that one round brought. */
export interface RoundHeat {
  readonly pages: number;
  /** The same by place: the mapping in equal parts, each with its pages. */
  readonly parts: readonly number[];
}

export interface MappingHeat {
  /** Of shared memory that belongs to no one process `undefined`. */
  readonly pid: number | undefined;
  readonly command: string;
  readonly start: bigint;
  readonly end: bigint;
  readonly kind: MappingKind;
  readonly access: string;
  /** A path, or what it is. */
  readonly name: string;
  /** The oldest round first: that one brings everything, each later one what was dirtied since. */
  readonly rounds: readonly RoundHeat[];
}

export interface Heat {
  /** Directories, the oldest round first. */
  readonly rounds: readonly string[];
  readonly mappings: readonly MappingHeat[];
}

/** Into how many parts a mapping is divided. */
export const PARTS = 32;

/** Adds to each part the pages of a run that fall into it. */
const spread = (parts: number[], mapping: { start: bigint; end: bigint }, from: bigint, to: bigint): void => {
  const length = Number(mapping.end - mapping.start) / PAGE;
  const perPart = length / parts.length;
  const first = Number(from - mapping.start) / PAGE;
  const last = Number(to - mapping.start) / PAGE;
  for (let part = Math.floor(first / perPart); part < parts.length && part * perPart < last; part += 1) {
    const begin = Math.max(first, part * perPart);
    const end = Math.min(last, (part + 1) * perPart);
    parts[part] = (parts[part] ?? 0) + Math.max(0, end - begin);
  }
};

const later = (a: bigint, b: bigint): bigint => (a > b ? a : b);
const earlier = (a: bigint, b: bigint): bigint => (a < b ? a : b);

/** The first entry that ends beyond an address; entries ascend. */
const firstBeyond = (entries: readonly PagemapEntry[], address: bigint): number => {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const entry = entries[middle];
    if (entry !== undefined && endOf(entry) <= address) low = middle + 1;
    else high = middle;
  }
  return low;
};

const heatOf = (mapping: { start: bigint; end: bigint }, pagemap: Pagemap | undefined): RoundHeat => {
  const parts = Array.from({ length: PARTS }, () => 0);
  const entries = pagemap?.entries ?? [];
  let pages = 0n;
  for (let index = firstBeyond(entries, mapping.start); index < entries.length; index += 1) {
    const entry = entries[index];
    if (entry === undefined || entry.vaddr >= mapping.end) break;
    if (!entry.present) continue;
    const from = later(entry.vaddr, mapping.start);
    const to = earlier(endOf(entry), mapping.end);
    pages += (to - from) / BigInt(PAGE);
    spread(parts, mapping, from, to);
  }
  return { pages: Number(pages), parts };
};

const plainNames: Partial<Record<MappingKind, string>> = {
  heap: '[heap]',
  stack: '[stack]',
  vdso: '[vdso]',
  vvar: '[vvar]',
  vsyscall: '[vsyscall]',
  aio: '[aio ring]',
  anonymous: '[anonymous]',
  shared: '[shared anonymous]',
  'system-v': '[System V]',
  memfd: '[memfd]',
  socket: '[socket]',
};

/** A path, or what a mapping is. */
export const mappingName = ({ kind, id }: Mapping, files: ReadonlyMap<number, OpenFile>): string =>
  plainNames[kind] ?? pathOf(files.get(Number(id))) ?? '[unknown]';

const ofProcesses = async (
  rounds: readonly Round[],
  newest: Round,
  files: ReadonlyMap<number, OpenFile>,
): Promise<readonly MappingHeat[]> => {
  const result: MappingHeat[] = [];
  for (const { pid, command, mappings } of await processesIn(newest)) {
    const pagemaps: (Pagemap | undefined)[] = [];
    for (const round of rounds) pagemaps.push(await pagemapIn(round, `pagemap-${pid}.img`));
    for (const mapping of mappings) {
      const { start, end, kind, access } = mapping;
      const heat = pagemaps.map((pagemap) => heatOf(mapping, pagemap));
      if (heat.every(({ pages }) => pages === 0)) continue;
      result.push({
        pid,
        command,
        start,
        end,
        kind,
        access,
        name: mappingName(mapping, files),
        rounds: heat,
      });
    }
  }
  return result;
};

const endOfAll = (pagemaps: readonly (Pagemap | undefined)[]): bigint =>
  pagemaps
    .flatMap((pagemap) => pagemap?.entries.slice(-1) ?? [])
    .map(endOf)
    .reduce(later, 0n);

/** Names of memory files, by the number of their pagemap. */
const memoryFiles = async (newest: Round): Promise<ReadonlyMap<string, string>> => {
  const image = await imageOf(newest, 'memfd.img');
  return new Map(
    (image?.entries ?? []).map(({ message }) => [
      String(numberIn(message, 'shmid')),
      `memfd:${textIn(message, 'name')} (${bigIn(message, 'size')} bytes)`,
    ]),
  );
};

const ofSharedMemory = async (rounds: readonly Round[], newest: Round): Promise<readonly MappingHeat[]> => {
  const names = await memoryFiles(newest);
  const result: MappingHeat[] = [];
  for (const file of pagemapNames(rounds)) {
    const [, id] = /^pagemap-shmem-(\d+)\.img$/.exec(file) ?? [];
    if (id === undefined) continue;
    const pagemaps: (Pagemap | undefined)[] = [];
    for (const round of rounds) pagemaps.push(await pagemapIn(round, file));
    const span = { start: 0n, end: endOfAll(pagemaps) };
    if (span.end === 0n) continue;
    const heat = pagemaps.map((pagemap) => heatOf(span, pagemap));
    const name = names.get(id) ?? `shared memory ${id}`;
    result.push({ pid: undefined, command: '', ...span, kind: 'shared', access: 'rw-s', name, rounds: heat });
  }
  return result;
};

/**
 * Which mappings were dirtied in which rounds, from the newest directory of a chain. Only the newest round knows mappings:
 * pages of those that are gone by then are not told. Throws `DecodeError`.
 */
export const memoryHeat = async (directory: ImageDirectory): Promise<Heat> => {
  const chain = await openChain(directory);
  const [newest] = chain;
  const rounds = chain.toReversed();
  const files = filesById((await imageOf(newest, 'files.img'))?.entries.map(({ message }) => message) ?? []);
  const mappings = [...(await ofProcesses(rounds, newest, files)), ...(await ofSharedMemory(rounds, newest))];
  return { rounds: rounds.map((round) => round.directory.path), mappings };
};
