import {
  type CriuDumpStats,
  type FileSummary,
  isSocket,
  type MappingSummary,
  type ProcessSummary,
  type Summary,
} from '../../criu-proto/index.ts';
import { bytesText, columns, pagesText, visible } from './images-text.ts';

interface TreeRow {
  readonly process: ProcessSummary;
  readonly depth: number;
}

/** Returns each process after its parent. Processes whose parents form a circle are included too. */
const inTreeOrder = (processes: readonly ProcessSummary[]): readonly TreeRow[] => {
  const children = new Map<number, ProcessSummary[]>();
  for (const process of processes) {
    const siblings = children.get(process.parent) ?? [];
    siblings.push(process);
    children.set(process.parent, siblings);
  }
  const known = new Set(processes.map(({ pid }) => pid));
  const roots = processes.filter(({ parent }) => !known.has(parent));
  const placed = new Map<ProcessSummary, TreeRow>();
  // The roots place all processes below them. The rest have parents that form a circle.
  for (const first of [...roots, ...processes]) {
    const stack: TreeRow[] = [{ process: first, depth: 0 }];
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
      if (placed.has(next.process)) continue;
      placed.set(next.process, next);
      const depth = next.depth + 1;
      const below = children.get(next.process.pid) ?? [];
      for (const process of below.toReversed()) stack.push({ process, depth });
    }
  }
  return [...placed.values()];
};

const processRow = ({ process, depth }: TreeRow): readonly string[] => [
  String(process.pid),
  `${'  '.repeat(Math.min(depth, 40))}${visible(process.command)}`,
  process.state,
  String(process.threads),
  process.uid === undefined ? '' : String(process.uid),
  pagesText(process.pages),
  pagesText(process.parentPages),
  String(process.files.length),
];

const processesText = (processes: readonly ProcessSummary[]): string =>
  columns(
    [
      ['pid', 'command', 'state', 'threads', 'uid', 'pages', 'in parents', 'files'],
      ...inTreeOrder(processes).map(processRow),
    ],
    [0, 3, 4, 5, 6, 7],
  );

const sizeOf = ({ start, end }: MappingSummary): number => Number(end - start);

/** Returns the address space of all processes by kind of mapping, the largest first. */
const mappingsText = (processes: readonly ProcessSummary[]): string => {
  const kinds = new Map<string, { count: number; bytes: number }>();
  for (const mapping of processes.flatMap(({ mappings }) => mappings)) {
    const sums = kinds.get(mapping.kind) ?? { count: 0, bytes: 0 };
    sums.count += 1;
    sums.bytes += sizeOf(mapping);
    kinds.set(mapping.kind, sums);
  }
  const rows = [...kinds]
    .sort(([, a], [, b]) => b.bytes - a.bytes)
    .map(([kind, { count, bytes }]) => [kind, String(count), bytesText(bytes)]);
  return columns([['kind', 'mappings', 'size'], ...rows], [1, 2]);
};

/** Returns by file the processes that have it open, as `PID:FD`, the first few. */
const usersByFile = (processes: readonly ProcessSummary[]): ReadonlyMap<number, string> => {
  const users = new Map<number, string[]>();
  for (const { pid, files } of processes) {
    for (const { fd, id } of files) {
      const list = users.get(id) ?? [];
      list.push(`${pid}:${fd}`);
      users.set(id, list);
    }
  }
  return new Map(
    [...users].map(([id, list]) => [
      id,
      list.length <= 4 ? list.join(' ') : `${list.slice(0, 3).join(' ')} and ${list.length - 3} more`,
    ]),
  );
};

const fileRow = (file: FileSummary, users: ReadonlyMap<number, string>): readonly string[] => [
  file.type,
  visible(file.what),
  [file.state, file.queued === undefined ? undefined : `${bytesText(file.queued)} queued`]
    .filter((part) => part !== undefined)
    .join(', '),
  users.get(file.id) ?? '',
];

const filesText = (files: readonly FileSummary[], users: ReadonlyMap<number, string>): string =>
  columns(files.map((file) => fileRow(file, users)));

const mountsText = ({ mounts }: Summary): string =>
  columns(
    mounts.map(({ mountpoint, type, source, external }) => [
      visible(mountpoint),
      visible(type),
      visible(source),
      external ? 'external' : '',
    ]),
  );

const statsText = (stats: CriuDumpStats): string => {
  const milliseconds = (microseconds: number): string => `${(microseconds / 1000).toFixed(1)} ms`;
  return columns([
    ['freezing', milliseconds(stats.freezingTime)],
    ['frozen', milliseconds(stats.frozenTime)],
    ['collecting pages', milliseconds(stats.memdumpTime)],
    ['writing pages', milliseconds(stats.memwriteTime)],
    ['pages scanned', String(stats.pagesScanned)],
    ['left to the parent', String(stats.pagesSkippedParent)],
    ['written', `${stats.pagesWritten} and ${stats.shpagesWritten} shared`],
  ]);
};

const section = (title: string, text: string): readonly string[] => (text === '' ? [] : ['', title, text]);

export const summaryText = (summary: Summary): string => {
  const { processes, files, rounds, imageVersion, stats } = summary;
  const users = usersByFile(processes);
  const opened = files.filter(({ id }) => users.has(id));
  const kind = imageVersion === 0 ? 'a round of pre-dump' : `images of version ${imageVersion}`;
  return [
    `${kind}, ${rounds} ${rounds === 1 ? 'round' : 'rounds'}`,
    ...section('PROCESSES', processes.length === 0 ? '' : processesText(processes)),
    ...section('ADDRESS SPACE', processes.length === 0 ? '' : mappingsText(processes)),
    ...section(
      'OPEN FILES',
      filesText(
        opened.filter((file) => !isSocket(file)),
        users,
      ),
    ),
    ...section('SOCKETS', filesText(files.filter(isSocket), users)),
    ...section('MOUNTS', mountsText(summary)),
    ...section('STATISTICS', stats.dump === undefined ? '' : statsText(stats.dump)),
  ].join('\n');
};
