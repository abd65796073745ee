import { DecodeError } from '../protobuf/errors.ts';
import { isMessage, type Message } from '../protobuf/message.ts';
import { decodeImage } from './image.ts';
import { STATS } from './image-types.ts';

/** Times in microseconds, the rest in pages, unless said otherwise. */
export interface CriuDumpStats {
  /** From the request to freeze until every task stood still. */
  readonly freezingTime: number;
  /** How long the tasks stood still. */
  readonly frozenTime: number;
  /** To collect the pages. */
  readonly memdumpTime: number;
  /** To send or write them. */
  readonly memwriteTime: number;
  readonly pagesScanned: number;
  /** Not written because the parent holds them unchanged. */
  readonly pagesSkippedParent: number;
  readonly pagesWritten: number;
  /** Left for lazy restore. */
  readonly pagesLazy: number;
  /** The same for anonymous shared memory; 0 from a criu that does not count it. */
  readonly shpagesScanned: number;
  readonly shpagesSkippedParent: number;
  readonly shpagesWritten: number;
}

export interface CriuRestoreStats {
  /** Compared with what the task inherited. */
  readonly pagesCompared: number;
  /** Not written because they were the same. */
  readonly pagesSkippedCow: number;
  readonly pagesRestored: number;
  /** In microseconds. */
  readonly forkingTime: number;
  /** In microseconds. */
  readonly restoreTime: number;
}

export interface CriuStats {
  readonly dump?: CriuDumpStats;
  readonly restore?: CriuRestoreStats;
}

/** The counts of one of the two messages. Required fields are enforced by the decoder: what is absent was not counted. */
interface Counts {
  time(name: string): number;
  pages(name: string): number;
}

const countsOf = (file: string, offset: number, message: Message): Counts => ({
  time(name): number {
    const value = message[name];
    return typeof value === 'number' ? value : 0;
  },
  pages(name): number {
    const count = message[name] ?? 0n;
    if (typeof count === 'bigint' && count <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(count);
    throw new DecodeError(file, offset, `${name} is ${String(count)}, more than can be`);
  },
});

const dumpStats = ({ time, pages }: Counts): CriuDumpStats => ({
  freezingTime: time('freezing_time'),
  frozenTime: time('frozen_time'),
  memdumpTime: time('memdump_time'),
  memwriteTime: time('memwrite_time'),
  pagesScanned: pages('pages_scanned'),
  pagesSkippedParent: pages('pages_skipped_parent'),
  pagesWritten: pages('pages_written'),
  pagesLazy: pages('pages_lazy'),
  shpagesScanned: pages('shpages_scanned'),
  shpagesSkippedParent: pages('shpages_skipped_parent'),
  shpagesWritten: pages('shpages_written'),
});

const restoreStats = ({ time, pages }: Counts): CriuRestoreStats => ({
  pagesCompared: pages('pages_compared'),
  pagesSkippedCow: pages('pages_skipped_cow'),
  pagesRestored: pages('pages_restored'),
  forkingTime: time('forking_time'),
  restoreTime: time('restore_time'),
});

/** Reads `stats-dump` or `stats-restore`. Throws `DecodeError` and nothing else. */
export const decodeStats = (file: string, bytes: Uint8Array): CriuStats => {
  const { type, entries } = decodeImage(file, bytes);
  if (type !== STATS) throw new DecodeError(file, 4, `is of type ${type.name}, not ${STATS.name}`);
  const [entry, ...more] = entries;
  if (entry === undefined) throw new DecodeError(file, bytes.length, 'holds no statistics');
  if (more[0]) throw new DecodeError(file, more[0].offset, 'more than one message');
  const { offset, message } = entry;
  const part = <T>(name: string, build: (counts: Counts) => T): T | undefined => {
    const value = message[name];
    return isMessage(value) ? build(countsOf(file, offset, value)) : undefined;
  };
  const dump = part('dump', dumpStats);
  const restore = part('restore', restoreStats);
  return { ...(dump ? { dump } : {}), ...(restore ? { restore } : {}) };
};
