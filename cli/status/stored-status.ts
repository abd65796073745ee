import { reportOf } from '../../engine/core/report.ts';
import type { JournalHeader } from '../../engine/model/journal.ts';
import { type MigrationStatus, statusOf } from '../../engine/observe/status/status.ts';
import { controllerStateOf } from '../../transport/journal/controller.ts';
import { readJournal, readJournals } from '../../transport/journal/journal-store.ts';
import { findMigration } from '../journal/find-migration.ts';
import { logLine } from '../terminal/write.ts';

/** Reads the present status of a migration. */
export const readStatus = async (directory: string, header: JournalHeader): Promise<MigrationStatus> => {
  // Asked before reading, so that the last events of a controller that ends now are read too.
  const controller = controllerStateOf(header.controller);
  const journal = (await readJournal(directory, header.migration)) ?? { header, events: [], torn: true };
  return statusOf(journal, reportOf(journal.events), controller);
};

/** Reads the status of every migration, the newest first. Warns of journals that cannot be read. */
export const readStatuses = async (directory: string): Promise<readonly MigrationStatus[]> => {
  const { journals, damaged } = await readJournals(directory);
  for (const problem of damaged) logLine(`warning: ${problem}`);
  return Promise.all(journals.map(({ header }) => readStatus(directory, header)));
};

/** Reads the status of the migration that the user names. */
export const findStatus = async (directory: string, wanted: string): Promise<MigrationStatus> =>
  findMigration(await readStatuses(directory), wanted);
