import type { Millis } from '../model/units.ts';
import { type Bytes, bytes } from '../model/units.ts';
import type { ImageSet, PageEndpoint, PageServer } from '../ports/pages.ts';
import type { Migration } from './migration.ts';

/** Pages on their way to one page-server, watched. */
export interface PageStream {
  readonly server: PageServer;
  /** What the source connects to. */
  readonly endpoint: PageEndpoint;
  /** Rejects when nothing has come for too long, or the user wants a stop. Never resolves. */
  readonly broken: Promise<never>;
  received(): Bytes;
  /** Ends the watch. */
  settle(): void;
  /** Ends the watch and the way; not while anybody waits for it. */
  close(): Promise<void>;
}

export const openPageStream = async (
  migration: Migration,
  images: ImageSet,
  parent: number | undefined,
): Promise<PageStream> => {
  const { destination, link, plan, recorder, signal } = migration;
  const server = await destination.openPageServer(plan, images, parent);
  const way = await link.carryPages(plan, server.endpoint).catch(async (cause: unknown) => {
    await server.stop();
    throw cause;
  });
  let received = bytes(0);
  let lastGrowth = migration.clock.now();
  server.onProgress((now) => {
    if (now > received) lastGrowth = migration.clock.now();
    received = now;
    recorder.emit({ kind: 'round-progress', index: images, received });
  });
  const settled = new AbortController();
  const broken = new Promise<never>((_, reject) => {
    const stop = (): void => reject(signal.reason);
    signal.addEventListener('abort', stop, { signal: settled.signal });
    if (signal.aborted) stop();
    const silent = (): Millis => (migration.clock.now() - lastGrowth) as Millis;
    void watchSilence(migration, silent, settled.signal).then((stalled) => {
      if (stalled)
        reject(new Error(`no page has reached the destination for ${Math.round(silent() / 1000)} s`));
    });
  });
  broken.catch(() => {});
  const settle = (): void => settled.abort();
  const close = async (): Promise<void> => {
    settle();
    await way.close();
  };
  return { server, endpoint: way.endpoint, broken, received: () => received, settle, close };
};

const watchSilence = async (
  { clock, patience }: Migration,
  silent: () => Millis,
  settled: AbortSignal,
): Promise<boolean> => {
  while (!settled.aborted) {
    const left = patience.stall - silent();
    if (left <= 0) return true;
    // Nobody waits for a watch that is over: the program could not end.
    await clock.sleep(left as Millis, settled);
  }
  return false;
};

/**
 * Makes criu on the source fail, and so let go of the tasks, by taking away the other end of its page stream. Killing
 * criu itself could leave its code in the tasks.
 */
export const breakPageStream = async (
  { source }: Migration,
  { server, endpoint }: PageStream,
): Promise<void> => {
  await Promise.allSettled([server.stop(), source.abandonPages(endpoint)]);
};
