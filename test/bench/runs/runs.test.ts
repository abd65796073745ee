import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { serverOf } from '../../../bench/containers/server.ts';
import { parseScenario, readScenario } from '../../../bench/runs/read-scenario.ts';
import { addRecord, readRecords } from '../../../bench/runs/results.ts';
import { schedule } from '../../../bench/runs/schedule.ts';
import { takeTurn } from '../../../bench/runs/turn.ts';
import { variants } from '../../../bench/variants/index.ts';

const run = promisify(execFile);

const place = async (): Promise<string> => {
  const directory = await mkdtemp(join(tmpdir(), 'bench-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  return directory;
};

describe('scenarios', () => {
  it.each(['redis-100mb', 'churn-128mib', 'memcached-100mb', 'postgresql-64mb', 'nginx'])(
    '%s comes along, and can be run',
    async (name) => {
      const scenario = await readScenario(name);
      expect(scenario.name).toBe(name);
      expect(serverOf(scenario).requestsPerSecond).toBeGreaterThan(0);
    },
  );

  it('names those that come along when asked for another', async () => {
    await expect(readScenario('redis')).rejects.toThrow(/no scenario redis.*redis-100mb/);
  });

  it.each([
    ['{', 'not JSON'],
    ['{"name":"x"}', 'workload'],
    ['{"name":"x","workload":{"program":"redis"},"memoryBytes":1,"dirtyRate":1,"dirtyrate":2}', 'dirtyrate'],
    [
      '{"name":"x","workload":{"program":"churn","workingSetBytes":2,"pattern":"uniform","sharing":"private","threads":1},"memoryBytes":1,"dirtyRate":1}',
      'working set',
    ],
  ])('refuses %s', (text, why) => {
    expect(() => parseScenario(text, 'x.json')).toThrow(why);
  });
});

describe('a schedule', () => {
  it('runs every variant once before any runs again, each time beginning with another, after a warm-up', async () => {
    const scenario = await readScenario('redis-100mb');
    const [one, two] = variants;
    if (one === undefined || two === undefined) throw new Error('variants are gone');
    const order = schedule([scenario], [one, two], 2, true);
    const [first, second] = [one.name, two.name];
    expect(order.map(({ variant, repetition }) => [variant.name, repetition])).toEqual([
      [first, 0],
      [second, 0],
      [second, 1],
      [first, 1],
      [first, 2],
      [second, 2],
    ]);
    expect(schedule([scenario], [one], 1, false)).toHaveLength(1);
  });
});

describe('a turn', () => {
  it('is had by one at a time, and by flock of others too', async () => {
    const file = join(await place(), 'turn');
    const { signal } = new AbortController();
    const end = await takeTurn(file, signal);
    await expect(run('flock', ['-n', file, 'true'])).rejects.toThrow();
    let second = false;
    const next = takeTurn(file, signal).then((done) => {
      second = true;
      return done;
    });
    await sleep(200);
    expect(second).toBe(false);
    await end();
    await (await next)();
    expect(second).toBe(true);
    await run('flock', ['-n', file, 'true']);
  });

  it('says so when the lock cannot be had', async () => {
    const { signal } = new AbortController();
    await expect(takeTurn('/nonexistent/turn', signal)).rejects.toThrow(/cannot hold the lock/);
  });
});

describe('results', () => {
  const results = new URL('../../../bench/results/', import.meta.url);

  it('that were kept can all be read', async () => {
    for (const name of await readdir(results))
      if (name.endsWith('.jsonl'))
        expect((await readRecords(new URL(name, results).pathname)).length).toBeGreaterThan(0);
  });

  it('are read back as they were written, and what is none is named by its line', async () => {
    const file = join(await place(), 'runs', 'x.jsonl');
    const record = {
      version: 1,
      at: '2026-01-01T00:00:00Z',
      scenario: 'x',
      variant: 'floor',
      repetition: 1,
      machine: { cores: 2, memoryBytes: 1, kernel: '6' },
      versions: { precopy: '0', criu: '4', runc: '1', kernel: '6' },
      outcome: 'failed',
      failure: 'no',
      settings: { workload: 'redis', memoryBytes: 1, dirtyRate: 1 },
      totalTime: 1,
    } as const;
    await addRecord(file, record);
    await addRecord(file, { ...record, repetition: 2 });
    expect((await readRecords(file)).map(({ repetition }) => repetition)).toEqual([1, 2]);
    const bad = `${file}.bad`;
    await addRecord(bad, record);
    expect(await readFile(bad, 'utf8')).toMatch(/\n$/);
    await run('sh', ['-c', 'echo "{}" >>"$1"', 'sh', bad]);
    await expect(readRecords(bad)).rejects.toThrow(/bad:2 is not the record of a run/);
  });
});
