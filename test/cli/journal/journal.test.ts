import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { startJournaling } from '../../../cli/journal/journal.ts';
import { InvalidInput } from '../../../engine/model/errors.ts';
import { stateOf } from '../../../transport/journal/controller.ts';
import { readJournals } from '../../../transport/journal/journal-store.ts';
import { migrated, plan } from '../../engine/core/events.ts';

let state: string;
let told: string;
const reached = { local: true, runcRoot: '/run/runc' };
const { write } = process.stderr;

beforeEach(async () => {
  state = await mkdtemp(join(tmpdir(), 'precopy-cli-journal-'));
  vi.stubEnv('XDG_STATE_HOME', state);
  told = '';
  process.stderr.write = (text: string | Uint8Array): boolean => {
    told += text;
    return true;
  };
});
afterEach(async () => {
  vi.unstubAllEnvs();
  process.stderr.write = write;
  await rm(state, { recursive: true, force: true });
});

it('a migration has a journal that names this process and how to look at it', async () => {
  const journal = await startJournaling(plan, reached, true);
  for (const event of migrated) journal.sink(event);
  await journal.close();
  const { journals } = await readJournals(join(state, 'precopy/journal'));
  expect(journals).toHaveLength(1);
  expect(journals[0]?.header).toMatchObject({ migration: plan.migration, container: 'shop', from: 'blue' });
  expect(journals[0] && stateOf(journals[0].header.controller)).toBe('alive');
  expect(told).toContain(`precopy status ${plan.migration} --follow`);
});

it('no journal is kept where none is wanted', async () => {
  const journal = await startJournaling(plan, reached, false);
  for (const event of migrated) journal.sink(event);
  await journal.durable();
  await journal.close();
  expect(await readdir(state)).toEqual([]);
});

it('a migration does not begin where its journal cannot be kept', async () => {
  await writeFile(join(state, 'precopy'), 'a file in its way');
  await expect(startJournaling(plan, reached, true)).rejects.toThrow(InvalidInput);
  expect(await readFile(join(state, 'precopy'), 'utf8')).toBe('a file in its way');
});
