import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { InvalidInput, messageOf } from '../../engine/model/errors.ts';
import type { Journal, JournalHeader } from '../../engine/model/journal.ts';
import { createJournalFile, openJournalFile } from './journal-file.ts';
import { journalPath, migrationFromFileName } from './journal-path.ts';
import { eventWriter, type JournalWriter, journalWriter } from './journal-writer.ts';
import { parseJournal } from './parse.ts';

/** Starts the journal of a migration. Rejects with `InvalidInput` when that fails. */
export const startJournal = async (
  directory: string,
  header: JournalHeader,
  onWriteError: (cause: unknown) => void,
): Promise<JournalWriter> => {
  const path = journalPath(directory, header.migration);
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const file = await createJournalFile(path);
    try {
      const writer = journalWriter(file, header, onWriteError);
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
      `the journal cannot be written: ${why}. Set XDG_STATE_HOME to a writable directory, or use --no-journal`,
      { cause },
    );
  }
};

/** Opens the journal of a migration that was cut short, to append events. Throws when that fails. */
export const resumeJournal = (
  directory: string,
  migration: string,
  onWriteError: (cause: unknown) => void,
): JournalWriter => eventWriter(openJournalFile(journalPath(directory, migration)), onWriteError);

/** Returns the ids of all migrations that have a journal, the newest first. */
export const journaledMigrations = async (directory: string): Promise<readonly string[]> => {
  const names = await readdir(directory).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  });
  return names
    .flatMap((name) => migrationFromFileName(name) ?? [])
    .sort()
    .reverse();
};

/** Returns undefined when even the header is missing. Rejects with `InvalidInput` when damaged. */
export const readJournal = async (directory: string, migration: string): Promise<Journal | undefined> => {
  const path = journalPath(directory, migration);
  return parseJournal(path, await readFile(path, 'utf8'));
};

export interface StoredJournals {
  readonly journals: readonly Journal[];
  /** One message for each journal that cannot be read. */
  readonly damaged: readonly string[];
}

/** Reads every journal that can be read, the newest first. */
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
