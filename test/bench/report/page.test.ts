import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { page } from '../../../bench/report/page.ts';
import { type Inputs, parseInputs } from '../../../bench/report/records/inputs.ts';
import { reportOf } from '../../../engine/core/report.ts';
import { migrated, rolledBack } from '../../engine/core/events.ts';
import { look } from './browser.ts';
import { comparison, run, tuning } from './results.ts';

const lines = (all: readonly unknown[]): string => all.map((each) => `${JSON.stringify(each)}\n`).join('');
const sweep = [64, 128, 256].map((mebibytes) =>
  run({
    scenario: `memory-${mebibytes}`,
    settings: { workload: 'dirtier', memoryBytes: mebibytes * 1024 ** 2, dirtyRate: 500 },
    downtime: 1000 + mebibytes * 10,
  }),
);
const everything: Inputs = {
  ...parseInputs('runs', lines([...comparison, ...sweep])),
  migrations: parseInputs('report', JSON.stringify(reportOf(migrated))).migrations,
  tunings: parseInputs('tune', JSON.stringify(tuning)).tunings,
};

describe('the page of results', () => {
  let directory: string;
  let file: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'precopy-report-'));
    file = join(directory, 'page.html');
    await writeFile(file, page('Redis & others', everything));
  });
  afterAll(() => rm(directory, { recursive: true }));

  it.each([
    [1000, 'wide'],
    [390, 'narrow'],
    [320, 'narrow'],
  ] as const)(
    'fits a window of %i pixels, complains of nothing and fetches nothing',
    async (width, shown) => {
      const other = shown === 'wide' ? 'narrow' : 'wide';
      const seen = await look(file, width);
      expect(seen).toMatchObject({ width, console: [], cut: [], requested: [pathToFileURL(file).href] });
      expect(seen.contentWidth).toBeLessThanOrEqual(width);
      expect(seen.charts[shown]).toBeGreaterThanOrEqual(12);
      expect(seen.charts[other]).toBe(0);
      expect(seen.pdfBytes).toBeGreaterThan(20_000);
    },
  );

  it('is shown to be looked at: a page that is too wide, complains and fetches is told apart', async () => {
    const bad = join(directory, 'bad.html');
    await writeFile(
      bad,
      '<body><div style="width:900px">x</div><svg class="narrow" width="20"><text x="-90">far out</text></svg><img src="none.png"><script>console.error("no")</script>',
    );
    const seen = await look(bad, 390);
    expect(seen.contentWidth).toBeGreaterThan(390);
    expect(seen.cut).toEqual(['far out']);
    expect(seen.console.join()).toContain('no');
    expect(seen.requested).toHaveLength(2);
  });

  it('is looked at by a browser that is gone afterwards, with its files', async () => {
    await look(file, 1000);
    const { stdout } = await execa('pgrep', ['-af', directory], { reject: false });
    expect(stdout).toBe('');
    expect((await readdir(directory)).filter((name) => !name.endsWith('.html'))).toEqual([]);
  });
});

describe('a page', () => {
  it('has what is compared first, and no figure apart from its unit, in whatever order runs were made', () => {
    const shown = page('Page', parseInputs('runs', lines(comparison.toReversed())));
    const rows = [...shown.matchAll(/<tr><th>([\w-]+)<\/th><td>5<\/td>(.*?)<\/tr>/g)];
    expect(rows.map(([, way]) => way)).toEqual(['precopy', 'docker', 'stop-and-copy', 'script']);
    expect(rows.map(([, , cells]) => cells).join()).not.toMatch(/\d [a-zA-Z]/);
  });

  it('stays below a megabyte with many runs in it', () => {
    const many = Array.from({ length: 10 }, (_, index) =>
      comparison.map((each) => ({ ...each, scenario: `number ${index}` })),
    ).flat();
    expect(Buffer.byteLength(page('Many', { runs: many, migrations: [], tunings: [] }))).toBeLessThan(
      1_000_000,
    );
  });

  it('has a chart for everything that is known', () => {
    const html = page('All', everything);
    for (const title of [
      'Without service',
      'What the gap was made of',
      'Sent between the hosts',
      'The downtime, part by part',
      'Memory, round by round',
      'How fast memory got dirty',
      'What a client saw',
      'Predicted against measured downtime',
      'Downtime over memory',
      'What rounds buy: shop',
    ])
      expect(html.split(`<h3>${title}</h3>`).length, title).toBeGreaterThan(1);
  });

  it('lists what was predicted, run by run', () => {
    const report: Record<string, unknown> = { ...reportOf(migrated) };
    const runs = [1, 2].map((repetition) => run({ repetition, report, scenario: 'small' }));
    expect(page('Two', { runs, migrations: [], tunings: [] })).toContain(
      '<th>small</th><td>654\u00a0ms</td><td>580\u00a0ms</td><td>-11\u00a0%</td>',
    );
  });

  it('states the slope of downtime against memory', () => {
    expect(page('Sweep', { runs: sweep, migrations: [], tunings: [] })).toContain(
      'precopy, dirtier: 1 s for each further 100 MiB',
    );
  });

  it('holds names as text, whatever they are', () => {
    const named = run({ scenario: '<script>alert(1)</script>', variant: 'a"b' });
    const html = page('<b>', { runs: [named, { ...named, repetition: 2 }], migrations: [], tunings: [] });
    expect(html).not.toMatch(/<script|<b>/);
    expect(html).toContain('&lt;script&gt;');
  });

  it('leaves warm-ups out, and says what failed', () => {
    const failed = run({ outcome: 'failed', failure: 'no space left' });
    const runs = [run({ repetition: 0, variant: 'warm-up' }), run(), run({ repetition: 2 }), failed];
    const html = page('Some', { runs, migrations: [], tunings: [] });
    expect(html).toContain('failed: redis-100MB, precopy: no space left');
    expect(html).not.toContain('warm-up');
  });

  it('says what failed where nothing went well', () => {
    const failed = run({ outcome: 'failed', failure: 'no space left' });
    expect(page('None', { runs: [failed], migrations: [], tunings: [] })).toContain('no space left');
  });

  it('shows a migration that never came to its cut-over', () => {
    const { migrations } = parseInputs('report', JSON.stringify(reportOf(rolledBack)));
    const html = page('Back', { runs: [], migrations, tunings: [] });
    expect(html).toContain('Memory, round by round');
    expect(html).not.toContain('The downtime, part by part');
  });
});

describe('what a page is made of', () => {
  it.each([
    ['a line that is no JSON', '{"variant":', /file, line 1 is neither/],
    ['a run that lacks something', '{"variant":"precopy"}\n', /file: version/],
    [
      'a second line that is something else',
      `${JSON.stringify(run())}\n{"a":1}\n`,
      /file, line 2 is neither/,
    ],
    ['a number', '7', /is neither a run/],
  ])('is refused when it is %s', (_, text, why) => {
    expect(() => parseInputs('file', text)).toThrow(why);
  });
});
