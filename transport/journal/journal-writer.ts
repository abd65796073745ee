import type { MigrationEvent } from '../../engine/model/event.ts';
import type { JournalHeader } from '../../engine/model/journal.ts';
import type { EventSink } from '../../engine/ports/events.ts';
import type { JournalFile } from './journal-file.ts';
import { coalesced, withinMillis } from './syncing.ts';

export interface JournalWriter {
  readonly write: EventSink;
  /** Resolves when all written events survive a crash of the machine, or after 250 ms. Never rejects. */
  durable(): Promise<void>;
  /** Like `durable`, but waits up to 5 s, and closes the file. */
  close(): Promise<void>;
}

/** Milliseconds. The container may be frozen meanwhile, so a slow disk is not waited for. */
const SYNC_TIMEOUT = 250;
const CLOSE_TIMEOUT = 5_000;

const isMilestone = ({ kind }: MigrationEvent): boolean =>
  ['planned', 'phase', 'decided', 'interrupted', 'rolling-back', 'failed', 'recovery', 'finished'].includes(
    kind,
  );

/**
 * Writes each event at once as one line, in order. A line that cannot be written is tried again before the
 * next one. The first failure calls `onWriteError`, and the migration goes on. Throws only when the header
 * cannot be written.
 */
export const journalWriter = (
  file: JournalFile,
  header: JournalHeader,
  onWriteError: (cause: unknown) => void,
): JournalWriter => {
  file.append(`${JSON.stringify(header)}\n`);
  return eventWriter(file, onWriteError);
};

/** Like `journalWriter`, for a journal that has its header. */
export const eventWriter = (file: JournalFile, onWriteError: (cause: unknown) => void): JournalWriter => {
  const unwritten: string[] = [];
  let isReported = false;
  const onFailure = (cause: unknown): void => {
    if (!isReported) onWriteError(cause);
    isReported = true;
  };
  const writeAll = (): void => {
    try {
      for (let line = unwritten[0]; line !== undefined; line = unwritten[0]) {
        file.append(line);
        unwritten.shift();
      }
    } catch (cause) {
      onFailure(cause);
    }
  };
  const sync = coalesced(() => file.sync().catch(onFailure));
  return {
    write: (event) => {
      unwritten.push(`${JSON.stringify(event)}\n`);
      writeAll();
      if (isMilestone(event)) void sync();
    },
    durable: () => withinMillis(SYNC_TIMEOUT, sync()),
    close: async () => {
      writeAll();
      await withinMillis(CLOSE_TIMEOUT, sync());
      file.close();
    },
  };
};
