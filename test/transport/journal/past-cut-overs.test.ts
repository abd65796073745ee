import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MigrationEvent } from '../../../engine/model/event.ts';
import { journalPath } from '../../../transport/journal/journal-path.ts';
import { pastCutOvers } from '../../../transport/journal/past-cut-overs.ts';
import { migrated, rolledBack } from '../../engine/core/events.ts';
import { journalText } from './journals.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'precopy-past-'));
});
afterEach(() => rm(directory, { recursive: true }));

const store = (second: number, events: readonly MigrationEvent[], to = 'green'): Promise<void> => {
  const migration = `20260102T0304${String(second).padStart(2, '0')}Z-a1b2c3`;
  return writeFile(journalPath(directory, migration), journalText(events, { migration, to }));
};
const between = { from: 'blue', to: 'green', docker: false };

describe('past cut-overs', () => {
  it('are none without a journal', async () => {
    expect(await pastCutOvers(join(directory, 'none'), between)).toEqual([]);
  });

  it('have the times of rounds and cut-over, and what was left to send', async () => {
    await store(1, migrated);
    const [past, ...others] = await pastCutOvers(directory, between);
    expect(others).toEqual([]);
    expect(past?.rounds).toHaveLength(2);
    expect(past).toMatchObject({ left: 948 * 4096, measured: { dump: 310, restore: 160 } });
  });

  it('are those between the same hosts, of the same runtime', async () => {
    await store(1, migrated);
    await store(2, migrated, 'red');
    expect(await pastCutOvers(directory, between)).toHaveLength(1);
    expect(await pastCutOvers(directory, { ...between, from: 'green' })).toEqual([]);
    expect(await pastCutOvers(directory, { ...between, docker: true })).toEqual([]);
  });

  it('are those of complete cut-overs only, whatever other files exist', async () => {
    await store(1, rolledBack);
    await store(2, migrated);
    await writeFile(journalPath(directory, '20260102T030403Z-a1b2c3'), 'damaged\n\n');
    expect(await pastCutOvers(directory, between)).toHaveLength(1);
  });

  it('are those before a given migration', async () => {
    for (const second of [1, 2, 3]) await store(second, migrated);
    const before = '20260102T030402Z-a1b2c3';
    expect(await pastCutOvers(directory, { ...between, before })).toHaveLength(1);
  });

  it('are at most the newest twenty', async () => {
    for (let second = 10; second < 40; second += 1) await store(second, migrated);
    expect(await pastCutOvers(directory, between)).toHaveLength(20);
  });
});
