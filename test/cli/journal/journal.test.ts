import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { startJournaling } from '../../../cli/journal/journal.ts';
import { InvalidInput } from '../../../engine/model/errors.ts';
import { controllerStateOf } from '../../../transport/journal/controller.ts';
import { readJournals } from '../../../transport/journal/journal-store.ts';
import { migrated, plan } from '../../engine/core/events.ts';

let state: string;
let printed: string;
const reached = { local: true, runcRoot: '/run/runc' };
const { write } = process.stderr;

beforeEach(async () => {
  state = await mkdtemp(join(tmpdir(), 'precopy-cli-journal-'));
  vi.stubEnv('XDG_STATE_HOME', state);
  printed = '';
  process.stderr.write = (text: string | Uint8Array): boolean => {
    printed += text;
    return true;
  };
});
afterEach(async () => {
  vi.unstubAllEnvs();
  process.stderr.write = write;
  await rm(state, { recursive: true, force: true });
});

it('a migration has a journal that names this process, and prints the commands for it', async () => {
  const journal = await startJournaling(plan, reached, true);
  for (const event of migrated) journal.sink(event);
  await journal.close();
  const { journals } = await readJournals(join(state, 'precopy/journal'));
  expect(journals).toHaveLength(1);
  expect(journals[0]?.header).toMatchObject({ migration: plan.migration, container: 'shop', from: 'blue' });
  expect(journals[0] && controllerStateOf(journals[0].header.controller)).toBe('alive');
  expect(printed).toContain(`precopy status ${plan.migration} --follow`);
});

it('no journal is kept with --no-journal', async () => {
  const journal = await startJournaling(plan, reached, false);
  for (const event of migrated) journal.sink(event);
  await journal.durable();
  await journal.close();
  expect(await readdir(state)).toEqual([]);
});

it('a migration does not start when its journal cannot be written', async () => {
  await writeFile(join(state, 'precopy'), 'a file in the way');
  await expect(startJournaling(plan, reached, true)).rejects.toThrow(InvalidInput);
  expect(await readFile(join(state, 'precopy'), 'utf8')).toBe('a file in the way');
});
