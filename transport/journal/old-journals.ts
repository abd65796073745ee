import { rm } from 'node:fs/promises';
import type { Journal } from '../../engine/model/journal.ts';
import { journalPath } from './journal-path.ts';
import { journaledMigrations, readJournal } from './journal-store.ts';

const KEPT_JOURNALS = 200;
const KEPT_DAYS = 90;
const DAY = 24 * 3600 * 1000;

/**
 * Removes journals that have an outcome, are older than 90 days and not among the newest 200. A journal
 * without an outcome may be the only record of what is left over. A journal that cannot be read or removed is
 * kept.
 */
export const removeOldJournals = async (directory: string, now: Date): Promise<void> => {
  const migrations = await journaledMigrations(directory);
  for (const migration of migrations.slice(KEPT_JOURNALS)) {
    try {
      const journal = await readJournal(directory, migration);
      if (journal !== undefined && hasOutcome(journal) && isOld(journal, now))
        await rm(journalPath(directory, migration), { force: true });
    } catch {}
  }
};

const hasOutcome = ({ events }: Journal): boolean => events.some(({ kind }) => kind === 'finished');

const isOld = ({ header }: Journal, now: Date): boolean =>
  now.getTime() - Date.parse(header.startedAt) > KEPT_DAYS * DAY;
