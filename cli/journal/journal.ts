import { messageOf } from '../../engine/model/errors.ts';
import type { Reached } from '../../engine/model/journal.ts';
import type { Plan } from '../../engine/model/plan.ts';
import type { ChangeRequest } from '../../engine/model/policy.ts';
import { thinned } from '../../engine/observe/progress/thinned.ts';
import type { EventSink } from '../../engine/ports/events.ts';
import { watchChanges } from '../../transport/journal/change-file.ts';
import { journalHeader } from '../../transport/journal/header.ts';
import { startJournal } from '../../transport/journal/journal-store.ts';
import { removeOldJournals } from '../../transport/journal/old-journals.ts';
import { journalDirectory } from '../../transport/journal/place.ts';
import { tellLine } from '../terminal/write.ts';

export interface Journaling {
  readonly sink: EventSink;
  durable(): Promise<void>;
  /** Tells of changes that `precopy set` asks for, until the function it returns is called. */
  changes(listener: (request: ChangeRequest) => void): () => void;
  close(): Promise<void>;
}

const none: Journaling = {
  sink: () => {},
  durable: async () => {},
  changes: () => () => {},
  close: async () => {},
};

/** Starts the journal of a migration, unless none is wanted, and says how to look at it. */
export const startJournaling = async (plan: Plan, reached: Reached, wanted: boolean): Promise<Journaling> => {
  if (!wanted) return none;
  const directory = journalDirectory();
  const writer = await startJournal(directory, journalHeader(plan, reached), (cause) => {
    const why = messageOf(cause);
    tellLine(`warning: the journal cannot be written, the migration goes on without: ${why}`);
  });
  // Of use later at best: it must not hold up a migration.
  await removeOldJournals(directory, new Date()).catch(() => {});
  tellLine(
    `from another terminal: precopy status ${plan.migration} --follow, precopy abort or set ${plan.migration}`,
  );
  const { migration } = plan;
  const onTrouble = (why: string): void =>
    tellLine(`warning: what was left to change limits is not heeded: ${why}`);
  return {
    sink: thinned(writer.write),
    durable: writer.durable,
    changes: (onChange) => watchChanges({ directory, migration, onChange, onTrouble }),
    close: writer.close,
  };
};
