import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { reportOf } from '../../../engine/core/report.ts';
import { migrated } from '../../engine/core/events.ts';
import { run } from '../report/results.ts';
import { precopyBench } from './run-program.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'precopy-cli-report-'));
});
afterEach(() => rm(directory, { recursive: true }));

const store = async (name: string, text: string): Promise<string> => {
  await writeFile(join(directory, name), text);
  return join(directory, name);
};

describe('precopy-bench report', () => {
  it('draws several files on one page, under the heading that is asked for', async () => {
    const runs = await store(
      'runs.jsonl',
      `${JSON.stringify(run())}\n${JSON.stringify(run({ repetition: 2 }))}\n`,
    );
    const report = await store('report.json', JSON.stringify(reportOf(migrated), undefined, 2));
    const out = join(directory, 'page.html');
    const { exitCode, stderr } = await precopyBench('report', runs, report, '--out', out, '--title', 'A & B');
    expect(exitCode).toBeUndefined();
    expect(stderr).toMatch(/page\.html: \d+ KiB/);
    const html = await readFile(out, 'utf8');
    expect(html).toContain('<h1>A &amp; B</h1>');
    expect(html).toContain('<h2>redis-100MB</h2>');
    expect(html).toContain('<h2>shop: blue → green, migrated</h2>');
  });

  it.each([
    ['/none', /no such file/],
    ['/dev/null', /holds nothing/],
  ])('refuses %s', async (file, why) => {
    const { exitCode, stderr } = await precopyBench('report', file, '--out', join(directory, 'page.html'));
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(why);
  });
});
