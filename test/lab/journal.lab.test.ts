import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { removeContainer } from '../../bench/containers/run-container.ts';
import { between, openHosts } from './hosts.ts';
import { precopy, reportOf, start, startUntil } from './precopy.ts';
import { providedLab } from './provided.ts';
import { redisCli, startRedis } from './redis.ts';
import { traces } from './traces.ts';

const id = 'ledger';
const KEYS = 20_000;

describe('a journal', () => {
  const hosts = openHosts();
  const args = ['migrate', id, ...between('a', 'b'), '--json', '--yes'];
  const journals = join(providedLab().stateHome, 'precopy/journal');
  let known: readonly string[] = [];

  beforeAll(async () => {
    await Promise.all([removeContainer(hosts.a, id), removeContainer(hosts.b, id)]);
    await startRedis(hosts.a, id, KEYS);
  });
  beforeEach(async () => {
    known = await readdir(journals).catch(() => []);
  });
  afterAll(async () => {
    await Promise.all([removeContainer(hosts.a, id), removeContainer(hosts.b, id)]);
    await Promise.all([hosts.a.close(), hosts.b.close()]);
  });

  const newJournals = async (): Promise<readonly string[]> =>
    (await readdir(journals).catch(() => [])).filter((name) => !known.includes(name));

  it('leads precopy abort to a migration in a round: undone, and the source serves', async () => {
    const before = await Promise.all([traces(hosts.a), traces(hosts.b)]);
    const running = await startUntil(/phase: pre-copy/, args);
    const aborted = await precopy('abort', id);
    expect(aborted).toMatchObject({ exitCode: 0, stdout: `rolled back: ${id} runs on a as before` });
    const finished = await running.finished;
    expect({ exitCode: finished.exitCode, outcome: reportOf(finished).outcome }).toEqual({
      exitCode: 130,
      outcome: 'rolled-back',
    });
    expect(await redisCli(hosts.a, 'dbsize')).toBe(String(KEYS));
    expect(await Promise.all([traces(hosts.a), traces(hosts.b)])).toEqual(before);
    expect(await precopy('status', id, '--follow')).toMatchObject({ exitCode: 130 });
  });

  it('shows a migration to whoever follows it, as it shows itself', async () => {
    const running = await startUntil(/phase: preflight/, [...args, '--max-rounds', '2']);
    const [journal = ''] = await newJournals();
    const { mode } = await stat(join(journals, journal));
    expect((mode & 0o777).toString(8)).toBe('600');
    const following = start(['status', id, '--follow', '--json']);
    await following.shows(/phase: preflight/);
    expect((await precopy('status')).stdout).toMatch(/ledger +a → b +(preflight|pre-copy) /);
    const [finished, followed] = await Promise.all([running.finished, following.finished]);
    expect(followed.exitCode).toBe(0);
    const report = reportOf(finished);
    expect(JSON.parse(followed.stdout)).toMatchObject({
      standing: 'over',
      phase: 'done',
      ...report,
    });
    expect(followed.stderr).toBe(finished.stderr.slice(finished.stderr.indexOf('migration ')));
    expect(`${report.migration}.jsonl`).toBe(journal);
    expect(await precopy('abort', id)).toMatchObject({
      exitCode: 3,
      stdout: `the migration is over already: migrated: ${id} runs on b`,
    });
  });
});
