import { open } from 'node:fs/promises';
import { watch } from 'chokidar';
import type { RecordedEvent } from '../../engine/model/event.ts';
import { eventSchema } from './event-schema.ts';
import { growingLines } from './growing-lines.ts';
import { journalPath } from './journal-path.ts';
import { parseLine } from './parse.ts';

/** Milliseconds. Network file systems do not report changes of a file, so it is also polled. */
const POLL_INTERVAL = 1000;

export interface FollowOptions {
  readonly directory: string;
  readonly migration: string;
  /** Returns whether more events may follow. */
  readonly mayGrow: () => boolean;
  readonly signal: AbortSignal;
}

/** Yields old and new events of a journal. Ends with the migration, its controller, or the signal. */
export const followJournal = async function* ({
  directory,
  migration,
  mayGrow,
  signal,
}: FollowOptions): AsyncGenerator<RecordedEvent, void, undefined> {
  const path = journalPath(directory, migration);
  const file = await open(path);
  const lines = growingLines(file);
  const changes = changesOf(path, signal);
  try {
    for (;;) {
      // Asked before reading, so that the last events of a writer that ends now are read too.
      const last = signal.aborted || !mayGrow();
      for (const line of await lines.next()) {
        if (line.number === 1) continue;
        const event = parseLine(path, line, eventSchema);
        yield event;
        if (event.kind === 'finished') return;
      }
      if (last) return;
      await changes.next(POLL_INTERVAL);
    }
  } finally {
    await changes.close();
    await file.close();
  }
};

interface Changes {
  /** Resolves at a change since the last call, after `timeout` milliseconds, or when the signal aborts. */
  next(timeout: number): Promise<void>;
  close(): Promise<void>;
}

const changesOf = (path: string, signal: AbortSignal): Changes => {
  let changed = false;
  let wake = (): void => {};
  const onChange = (): void => {
    changed = true;
    wake();
  };
  const watcher = watch(path)
    .on('change', onChange)
    .on('error', () => {});
  signal.addEventListener('abort', onChange);
  return {
    next: async (timeout) => {
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        wake = resolve;
        timer = setTimeout(resolve, timeout);
        if (changed || signal.aborted) resolve();
      });
      clearTimeout(timer);
      changed = false;
    },
    close: async () => {
      signal.removeEventListener('abort', onChange);
      await watcher.close();
    },
  };
};
