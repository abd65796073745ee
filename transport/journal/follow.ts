import { open } from 'node:fs/promises';
import { watch } from 'chokidar';
import type { RecordedEvent } from '../../engine/model/event.ts';
import { eventSchema } from './event-schema.ts';
import { growingLines } from './growing-lines.ts';
import { parseLine } from './parse.ts';
import { journalPath } from './place.ts';

/** Where changes of a file are not told (network file systems), it is looked at this often. */
const LOOK_EVERY = 1000;

export interface Followed {
  readonly directory: string;
  readonly migration: string;
  /** Can there be more? */
  readonly mayGrow: () => boolean;
  readonly signal: AbortSignal;
}

/** The events of a journal from its first, and then as they come. Ends with the migration, its writer, or the signal. */
export const followJournal = async function* ({
  directory,
  migration,
  mayGrow,
  signal,
}: Followed): AsyncGenerator<RecordedEvent, void, undefined> {
  const path = journalPath(directory, migration);
  const file = await open(path);
  const lines = growingLines(file);
  const changes = changesOf(path, signal);
  try {
    for (;;) {
      // Asked before reading: what a writer wrote before it ended is then read too.
      const last = signal.aborted || !mayGrow();
      for (const line of await lines.next()) {
        if (line.number === 1) continue;
        const event = parseLine(path, line, eventSchema);
        yield event;
        if (event.kind === 'finished') return;
      }
      if (last) return;
      await changes.next(LOOK_EVERY);
    }
  } finally {
    await changes.close();
    await file.close();
  }
};

interface Changes {
  /** Resolves at a change since the last call, after `longest`, or when the signal aborts. */
  next(longest: number): Promise<void>;
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
    next: async (longest) => {
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        wake = resolve;
        timer = setTimeout(resolve, longest);
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
