// What works on which stack: every scenario on lab hosts of each Debian release, and the table of it, docs/stacks.md, from the records in
// docs/stacks.jsonl.
//   stacks.mjs [SUITE [WHICH]]        (WHICH: a part of the scenarios' names, as `Docker: `; all without)
// Scenarios that were not asked for keep the result of the last time.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const records = 'docs/stacks.jsonl';
const suites = ['bookworm', 'trixie', 'forky'];
const names = { bookworm: 'Debian 12 (bookworm)', trixie: 'Debian 13 (trixie)', forky: 'Debian forky' };

const read = (file) => {
  try {
    return readFileSync(file, 'utf8').trim().split('\n').filter(Boolean).map(JSON.parse);
  } catch (error) {
    if (error.code === 'ENOENT') return [];
    throw error;
  }
};

const run = (suite, which) => {
  const directory = mkdtempSync(join(tmpdir(), 'precopy-stacks-'));
  const file = join(directory, 'stacks.jsonl');
  const env = { ...process.env, PRECOPY_SUITE: suite, PRECOPY_STACKS: which, PRECOPY_STACKS_OUT: file };
  const { status } = spawnSync(process.execPath, ['scripts/test.mjs', 'stacks'], { stdio: 'inherit', env });
  const found = read(file);
  rmSync(directory, { recursive: true, force: true });
  return { status, found };
};

const outcomes = { passed: 'passed', 'refused: ': 'refused', 'not there: ': 'not there' };
const outcome = ({ result }) =>
  Object.entries(outcomes).find(([start]) => result.startsWith(start))?.[1] ?? '**failed**';

const oneLine = (text) => text.split('\n')[0].replaceAll('|', '\\|').slice(0, 200);

const page = (all) => {
  const row = (cells) => `| ${cells.join(' | ')} |`;
  const of = (suite) => all.filter((each) => each.suite === suite);
  const newest = (suite) =>
    of(suite)
      .toSorted((one, other) => (one.on < other.on ? -1 : 1))
      .at(-1);
  const used = suites.filter((suite) => of(suite).length > 0);
  const parts = [...new Set(used.flatMap((suite) => Object.keys(newest(suite).versions)))];
  const scenarios = [...new Set(all.map(({ scenario }) => scenario))];
  const head = [row(['', ...used.map((suite) => names[suite])]), row(['---', ...used.map(() => '---')])];
  const failed = all.filter((each) => outcome(each) === '**failed**');
  const refused = all.filter((each) => ['refused', 'not there'].includes(outcome(each)));
  const reasons = [...new Set(refused.map(({ suite, result }) => `- ${names[suite]}: ${oneLine(result)}`))];
  return [
    '# Stacks',
    '',
    'Written by `npm run test:stacks`: what was tried between two lab hosts of each Debian release, and what came of it. The records are in',
    '[stacks.jsonl](stacks.jsonl).',
    '',
    '## What the stacks are made of',
    '',
    ...head,
    ...parts.map((part) => row([part, ...used.map((suite) => newest(suite).versions[part] ?? '')])),
    '',
    '## What was tried',
    '',
    ...head,
    ...scenarios.map((scenario) =>
      row([
        scenario,
        ...used.map((suite) => {
          const found = of(suite).find((each) => each.scenario === scenario);
          return found === undefined ? '' : `${outcome(found)} ${found.on}`;
        }),
      ]),
    ),
    '',
    ...(refused.length === 0 ? [] : ['## What is refused, or not there', '', ...reasons, '']),
    ...(failed.length === 0 ? [] : ['## What failed', '']),
    ...failed.map(({ suite, scenario, result }) => `- ${names[suite]}, ${scenario}: ${oneLine(result)}`),
    ...(failed.length === 0 ? [] : ['']),
  ].join('\n');
};

const [asked, which = 'all'] = process.argv.slice(2);
let status = 0;
for (const suite of asked === undefined ? suites : [asked]) {
  const result = run(suite, which);
  status ||= result.status ?? 1;
  const seen = new Set(result.found.map(({ scenario }) => scenario));
  const kept = read(records).filter((each) => each.suite !== suite || !seen.has(each.scenario));
  const all = [...kept, ...result.found];
  if (result.found.length === 0) continue;
  writeFileSync(records, all.map((each) => `${JSON.stringify(each)}\n`).join(''));
  writeFileSync('docs/stacks.md', page(all));
  spawnSync('node_modules/.bin/biome', ['format', '--write', 'docs/stacks.md'], { stdio: 'ignore' });
  console.log(`written: docs/stacks.md, with ${result.found.length} new results of ${all.length}`);
}
process.exitCode = status;
