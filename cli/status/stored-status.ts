import { reportOf } from '../../engine/core/report.ts';
import type { JournalHeader } from '../../engine/model/journal.ts';
import { type MigrationStatus, statusOf } from '../../engine/observe/status/status.ts';
import { stateOf } from '../../transport/journal/controller.ts';
import { readJournal, readJournals } from '../../transport/journal/journal-store.ts';
import { findMigration } from '../journal/find-migration.ts';
import { tellLine } from '../terminal/write.ts';

/** How a migration stands now. */
export const readStatus = async (directory: string, header: JournalHeader): Promise<MigrationStatus> => {
  // Asked before reading: what a controller wrote before it ended is then read too.
  const controller = stateOf(header.controller);
  const journal = (await readJournal(directory, header.migration)) ?? { header, events: [], torn: true };
  return statusOf(journal, reportOf(journal.events), controller);
};

/** How every migration stands, newest first; journals that cannot be read are told of. */
export const readStatuses = async (directory: string): Promise<readonly MigrationStatus[]> => {
  const { journals, damaged } = await readJournals(directory);
  for (const problem of damaged) tellLine(`warning: ${problem}`);
  return Promise.all(journals.map(({ header }) => readStatus(directory, header)));
};

/** How the migration stands that a user means. */
export const findStatus = async (directory: string, wanted: string): Promise<MigrationStatus> =>
  findMigration(await readStatuses(directory), wanted);
