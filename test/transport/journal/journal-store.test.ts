import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InvalidInput } from '../../../engine/model/errors.ts';
import { journalDirectory, journalPath } from '../../../transport/journal/journal-path.ts';
import {
  journaledMigrations,
  readJournal,
  readJournals,
  startJournal,
} from '../../../transport/journal/journal-store.ts';
import { removeOldJournals } from '../../../transport/journal/old-journals.ts';
import { migrated } from '../../engine/core/events.ts';
import { header, journalText } from './journals.ts';

let state: string;
let directory: string;

beforeEach(async () => {
  state = await mkdtemp(join(tmpdir(), 'precopy-journals-'));
  directory = join(state, 'precopy/journal');
});
afterEach(() => rm(state, { recursive: true, force: true }));

const fail = (cause: unknown): void => {
  throw cause;
};

/** The nth migration of a year, named after its start. */
const nth = (index: number): { readonly migration: string; readonly startedAt: string } => {
  const startedAt = new Date(Date.UTC(2026, 0, 1, 0, index)).toISOString();
  return { migration: `${startedAt.replaceAll(/[-:]|\.\d+/g, '')}-000000`, startedAt };
};

const store = async (index: number, text: (changed: ReturnType<typeof nth>) => string): Promise<string> => {
  const path = journalPath(directory, nth(index).migration);
  await writeFile(path, text(nth(index)));
  return path;
};

describe('the directory of journals', () => {
  it('is the state directory of the user', () => {
    expect(journalDirectory({ XDG_STATE_HOME: '/state' })).toBe('/state/precopy/journal');
    for (const XDG_STATE_HOME of [undefined, '', 'relative/state']) {
      const environment = XDG_STATE_HOME === undefined ? {} : { XDG_STATE_HOME };
      expect(journalDirectory(environment)).toMatch(/^\/.*\/\.local\/state\/precopy\/journal$/);
    }
  });

  it.each(['', '.', '../x', '20260102T030405Z-a1b2c3/..', '20260102T030405Z-a1b2c3\n', 'shop'])(
    'has files for ids of migrations only, not %j',
    (id) => {
      expect(() => journalPath('/state', id)).toThrow(InvalidInput);
    },
  );
});

describe('a journal on disk', () => {
  it('is for this user only', async () => {
    const writer = await startJournal(directory, header, fail);
    await writer.close();
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
    expect((await stat(journalPath(directory, header.migration))).mode & 0o777).toBe(0o600);
  });

  it('is read as it was written', async () => {
    const writer = await startJournal(directory, header, fail);
    for (const event of migrated) writer.write(event);
    await writer.close();
    expect(await readFile(journalPath(directory, header.migration), 'utf8')).toBe(journalText(migrated));
    expect((await readJournal(directory, header.migration))?.events).toHaveLength(migrated.length);
  });

  it('is never overwritten', async () => {
    await (await startJournal(directory, header, fail)).close();
    await expect(startJournal(directory, header, fail)).rejects.toThrow(InvalidInput);
    expect((await readJournal(directory, header.migration))?.header).toEqual(header);
  });

  it('that cannot be created is refused with a remedy', async () => {
    await writeFile(join(state, 'precopy'), 'a file in its way');
    await expect(startJournal(directory, header, fail)).rejects.toThrow(
      /journal cannot be written: .*XDG_STATE_HOME.*--no-journal/,
    );
  });
});

describe('the journals on disk', () => {
  it('are none where there is no directory', async () => {
    expect(await readJournals(directory)).toEqual({ journals: [], damaged: [] });
  });

  it('are listed newest first; those that cannot be read do not hide the others', async () => {
    await (await startJournal(directory, header, fail)).close();
    await store(1, (changed) => journalText(migrated, changed));
    const damaged = await store(2, (changed) => `${journalText(migrated, changed)}nonsense\n`);
    await store(3, () => '');
    await writeFile(join(directory, 'notes.txt'), 'not ours');
    const found = await readJournals(directory);
    expect(found.journals.map((journal) => journal.header.migration)).toEqual([
      header.migration,
      nth(1).migration,
    ]);
    expect(found.damaged).toEqual([expect.stringContaining(`${damaged}, line`)]);
  });

  it('are removed when old, with an outcome, and not among the newest 200', async () => {
    await (await startJournal(directory, { ...header, migration: '20300101T000000Z-000000' }, fail)).close();
    const ongoing = migrated.slice(0, -1);
    for (let index = 0; index < 205; index += 1)
      await store(index, (changed) => journalText(index === 2 ? ongoing : migrated, changed));
    const before = await journaledMigrations(directory);
    expect(before).toHaveLength(206);
    await removeOldJournals(directory, new Date(Date.UTC(2026, 2, 1)));
    expect(await journaledMigrations(directory)).toEqual(before);
    await removeOldJournals(directory, new Date(Date.UTC(2026, 6, 1)));
    const gone = new Set([0, 1, 3, 4, 5].map((index) => nth(index).migration));
    expect(await journaledMigrations(directory)).toEqual(before.filter((migration) => !gone.has(migration)));
  });

  it('that cannot be read are never removed', async () => {
    await (await startJournal(directory, { ...header, migration: '20300101T000000Z-000000' }, fail)).close();
    for (let index = 0; index < 201; index += 1) await store(index, () => 'nonsense\n');
    await removeOldJournals(directory, new Date(Date.UTC(2030, 0, 1)));
    expect(await readdir(directory)).toHaveLength(202);
  });
});
