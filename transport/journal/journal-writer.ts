import type { MigrationEvent } from '../../engine/model/event.ts';
import type { JournalHeader } from '../../engine/model/journal.ts';
import type { EventSink } from '../../engine/ports/events.ts';
import type { JournalFile } from './journal-file.ts';
import { coalesced, withinMillis } from './syncing.ts';

export interface JournalWriter {
  readonly write: EventSink;
  /** Resolves once what was written outlives a crash of the machine, or after 250 ms. Never rejects. */
  durable(): Promise<void>;
  /** The same with more patience, and then lets go of the file. */
  close(): Promise<void>;
}

/** A container may stand still meanwhile: a disk that needs longer is not waited for. */
const PATIENCE = 250;
const LAST_PATIENCE = 5_000;

const isMilestone = ({ kind }: MigrationEvent): boolean =>
  ['planned', 'phase', 'decided', 'interrupted', 'rolling-back', 'failed', 'recovery', 'finished'].includes(
    kind,
  );

/**
 * Writes events as lines, each at once and whole, in order. A line that cannot be written is tried again before the next
 * one; `onTrouble` hears of it once, and the migration goes on. Throws only when the header cannot be written.
 */
export const journalWriter = (
  file: JournalFile,
  header: JournalHeader,
  onTrouble: (cause: unknown) => void,
): JournalWriter => {
  file.append(`${JSON.stringify(header)}\n`);
  return eventWriter(file, onTrouble);
};

/** The same for a journal that has its header. */
export const eventWriter = (file: JournalFile, onTrouble: (cause: unknown) => void): JournalWriter => {
  const unwritten: string[] = [];
  let trouble = false;
  const onFailure = (cause: unknown): void => {
    if (!trouble) onTrouble(cause);
    trouble = true;
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
    durable: () => withinMillis(PATIENCE, sync()),
    close: async () => {
      writeAll();
      await withinMillis(LAST_PATIENCE, sync());
      file.close();
    },
  };
};
