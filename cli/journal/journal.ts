import { messageOf } from '../../engine/model/errors.ts';
import type { Reached } from '../../engine/model/journal.ts';
import type { Plan } from '../../engine/model/plan.ts';
import type { ChangeRequest } from '../../engine/model/policy.ts';
import { thinned } from '../../engine/observe/progress/thinned.ts';
import type { EventSink } from '../../engine/ports/events.ts';
import { watchChanges } from '../../transport/journal/change-file.ts';
import { journalHeader } from '../../transport/journal/header.ts';
import { journalDirectory } from '../../transport/journal/journal-path.ts';
import { startJournal } from '../../transport/journal/journal-store.ts';
import { removeOldJournals } from '../../transport/journal/old-journals.ts';
import { logLine } from '../terminal/write.ts';

export interface Journaling {
  readonly sink: EventSink;
  durable(): Promise<void>;
  /** Calls the listener for each request of `precopy set`, until the returned function is called. */
  changes(listener: (request: ChangeRequest) => void): () => void;
  close(): Promise<void>;
}

const noJournal: Journaling = {
  sink: () => {},
  durable: async () => {},
  changes: () => () => {},
  close: async () => {},
};

/** Starts the journal of a migration, if wanted, and prints the commands that use it. */
export const startJournaling = async (plan: Plan, reached: Reached, wanted: boolean): Promise<Journaling> => {
  if (!wanted) return noJournal;
  const directory = journalDirectory();
  const writer = await startJournal(directory, journalHeader(plan, reached), (cause) => {
    const why = messageOf(cause);
    logLine(`warning: the journal cannot be written; the migration goes on without it: ${why}`);
  });
  // A failure here must not stop the migration.
  await removeOldJournals(directory, new Date()).catch(() => {});
  logLine(
    `from another terminal: precopy status ${plan.migration} --follow, precopy abort or precopy set ${plan.migration}`,
  );
  const { migration } = plan;
  const onError = (why: string): void => logLine(`warning: a request to change limits is ignored: ${why}`);
  return {
    sink: thinned(writer.write),
    durable: writer.durable,
    changes: (onChange) => watchChanges({ directory, migration, onChange, onError }),
    close: writer.close,
  };
};
