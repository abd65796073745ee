import type { Readable } from 'node:stream';

/** Collects a stream. After `limit` bytes calls `onTooMuch` and drops the rest. */
export const collect = (stream: Readable, limit: number, onTooMuch: () => void): (() => Buffer) => {
  const chunks: Buffer[] = [];
  let size = 0;
  stream.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > limit) onTooMuch();
    else chunks.push(chunk);
  });
  stream.on('error', () => {});
  return () => Buffer.concat(chunks);
};

/** Keeps the last `limit` bytes of a stream, as text. */
export const keepTail = (stream: Readable, limit: number): (() => string) => {
  let tail = Buffer.alloc(0);
  stream.on('data', (chunk: Buffer) => {
    tail = Buffer.concat([tail, chunk]);
    if (tail.length > limit) tail = tail.subarray(tail.length - limit);
  });
  stream.on('error', () => {});
  return () => tail.toString('utf8');
};

/**
 * Resolves when `stream` is closed, or has been silent for `quiet` ms: a process that has ended may have left
 * children that keep its output open for ever. A paused stream does not count as silent, because it is not
 * read.
 */
export const drained = (stream: Readable, quiet: number): Promise<void> =>
  new Promise((resolve) => {
    if (stream.destroyed || stream.readableEnded) return resolve();
    const finish = (): void => {
      clearInterval(timer);
      stream.off('data', onData).off('end', finish).off('close', finish).off('error', finish);
      resolve();
    };
    let silentSince = performance.now();
    const onData = (): void => {
      silentSince = performance.now();
    };
    const timer = setInterval(() => {
      if (stream.isPaused()) onData();
      else if (performance.now() - silentSince >= quiet) finish();
    }, quiet / 4);
    // A paused stream must stay paused, and `on('data')` leaves it so.
    stream.on('data', onData).on('end', finish).on('close', finish).on('error', finish);
  });
