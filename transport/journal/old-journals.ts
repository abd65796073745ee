import { rm } from 'node:fs/promises';
import type { Journal } from '../../engine/model/journal.ts';
import { journaledMigrations, readJournal } from './journal-store.ts';
import { journalPath } from './place.ts';

const KEPT = 200;
const KEPT_DAYS = 90;
const DAY = 24 * 3600 * 1000;

/**
 * Removes journals that are both older than 90 days and not among the newest 200, if they tell an outcome. One without may
 * be all that says what is still to be cleaned up. What cannot be read or removed is left.
 */
export const removeOldJournals = async (directory: string, now: Date): Promise<void> => {
  const migrations = await journaledMigrations(directory);
  for (const migration of migrations.slice(KEPT)) {
    try {
      const journal = await readJournal(directory, migration);
      if (journal !== undefined && isOver(journal) && isOld(journal, now))
        await rm(journalPath(directory, migration), { force: true });
    } catch {}
  }
};

const isOver = ({ events }: Journal): boolean => events.some(({ kind }) => kind === 'finished');

const isOld = ({ header }: Journal, now: Date): boolean =>
  now.getTime() - Date.parse(header.startedAt) > KEPT_DAYS * DAY;
