import { DecodeError } from './errors.ts';
import { readFrames } from './framing.ts';
import { decodeMessage, type FieldReader, type Fields, fieldReader, isFields } from './message.ts';
import { loadSchema } from './schema.ts';

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

const statsEntry = loadSchema('stats')('stats_entry');

interface Counts {
  time(name: string): number;
  pages(name: string): number;
}

/** Required fields are enforced by the decoder: what is absent here is an optional count that criu did not make. */
const countsOf = (file: string, offset: number, reader: FieldReader): Counts => ({
  time: (name) => reader.uint32(name) ?? 0,
  pages(name): number {
    const count = reader.uint64(name) ?? 0n;
    if (count <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(count);
    throw new DecodeError(file, offset, `${name} is ${count}, more than can be`);
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
  const [frame, ...more] = readFrames(file, bytes, 'service', 'stats');
  if (frame === undefined) throw new DecodeError(file, bytes.length, 'holds no statistics');
  if (more[0]) throw new DecodeError(file, more[0].offset, 'more than one message');
  const fields: Fields = decodeMessage(file, statsEntry, frame);
  const part = <T>(name: string, build: (counts: Counts) => T): T | undefined => {
    const value = fields[name];
    if (!isFields(value)) return undefined;
    return build(countsOf(file, frame.offset, fieldReader(file, frame.offset, value)));
  };
  const dump = part('dump', dumpStats);
  const restore = part('restore', restoreStats);
  return { ...(dump ? { dump } : {}), ...(restore ? { restore } : {}) };
};
