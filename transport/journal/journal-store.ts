import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { InvalidInput, messageOf } from '../../engine/model/errors.ts';
import type { Journal, JournalHeader } from '../../engine/model/journal.ts';
import { createJournalFile, openJournalFile } from './journal-file.ts';
import { eventWriter, type JournalWriter, journalWriter } from './journal-writer.ts';
import { parseJournal } from './parse.ts';
import { journalPath, migrationOf } from './place.ts';

/** Starts the journal of a migration. Rejects with `InvalidInput` where that cannot be done. */
export const startJournal = async (
  directory: string,
  header: JournalHeader,
  onTrouble: (cause: unknown) => void,
): Promise<JournalWriter> => {
  const path = journalPath(directory, header.migration);
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const file = await createJournalFile(path);
    try {
      const writer = journalWriter(file, header, onTrouble);
      await writer.durable();
      return writer;
    } catch (cause) {
      file.close();
      await rm(path);
      throw cause;
    }
  } catch (cause) {
    const why = messageOf(cause);
    throw new InvalidInput(
      `the journal cannot be written: ${why}. Set XDG_STATE_HOME to a directory that can be written to, or say --no-journal`,
      { cause },
    );
  }
};

/** Goes on with the journal of a migration that was cut short. Throws where that cannot be done. */
export const resumeJournal = (
  directory: string,
  migration: string,
  onTrouble: (cause: unknown) => void,
): JournalWriter => eventWriter(openJournalFile(journalPath(directory, migration)), onTrouble);

/** All migrations that have a journal, newest first. */
export const journaledMigrations = async (directory: string): Promise<readonly string[]> => {
  const names = await readdir(directory).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  });
  return names
    .flatMap((name) => migrationOf(name) ?? [])
    .sort()
    .reverse();
};

/** Nothing where not even the header was written. Throws `InvalidInput` for a journal that is damaged. */
export const readJournal = async (directory: string, migration: string): Promise<Journal | undefined> => {
  const path = journalPath(directory, migration);
  return parseJournal(path, await readFile(path, 'utf8'));
};

export interface StoredJournals {
  readonly journals: readonly Journal[];
  /** What is wrong with those that cannot be read. */
  readonly damaged: readonly string[];
}

/** Every journal that can be read, newest first. */
export const readJournals = async (directory: string): Promise<StoredJournals> => {
  const journals: Journal[] = [];
  const damaged: string[] = [];
  for (const migration of await journaledMigrations(directory)) {
    try {
      const journal = await readJournal(directory, migration);
      if (journal !== undefined) journals.push(journal);
    } catch (error) {
      damaged.push(error instanceof Error ? error.message : join(directory, migration));
    }
  }
  return { journals, damaged };
};
