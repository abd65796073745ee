// Every fault at every step, and the table of what came of it: docs/faults.md, from the figures in docs/faults.jsonl.
//   faults.mjs [WHICH]          (a part of the cells' names, as `runc: ` or `link cut`; all without)
// Cells that were not asked for keep what they led to last time.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const figures = 'docs/faults.jsonl';
const steps = ['round', 'frozen', 'restoring', 'committed'];
const runtimes = ['runc', 'docker'];

const read = (file) => {
  try {
    return readFileSync(file, 'utf8').trim().split('\n').filter(Boolean).map(JSON.parse);
  } catch {
    return [];
  }
};

const run = (which) => {
  const directory = mkdtempSync(join(tmpdir(), 'precopy-faults-'));
  const file = join(directory, 'cells.jsonl');
  const env = { ...process.env, PRECOPY_FAULTS: which, PRECOPY_FAULTS_OUT: file };
  const files = ['test/faults', ...(which === 'all' ? ['test/lab/recover', 'test/lab/keys'] : [])];
  const { status } = spawnSync(process.execPath, ['scripts/test.mjs', 'lab', ...files], {
    stdio: 'inherit',
    env,
  });
  const cells = read(file);
  rmSync(directory, { recursive: true, force: true });
  return { status, cells };
};

const nameOf = ({ runtime, fault, step }) => `${runtime}: ${fault}, ${step}`;

const outcome = ({ runsOn, lost, left, byItself, recover }) => {
  if (runsOn.length !== 1 || lost > 0 || left.length > 0) {
    return `**${runsOn.length} run, ${lost} writes lost, ${left.length} things left**`;
  }
  const where = runsOn[0] === 'a' ? 'source' : 'destination';
  const how = byItself.length === 1 ? '' : ' after it';
  return recover === 'nothing' ? where : `${where}; recover: ${recover.replace(/ by .*/, '')}${how}`;
};

const table = (cells, runtime) => {
  const rows = cells.filter((cell) => cell.runtime === runtime);
  const faults = [...new Set(rows.map(({ fault }) => fault))];
  const line = (fault) => {
    const found = steps.map((step) => rows.find((cell) => cell.fault === fault && cell.step === step));
    return `| ${fault} | ${found.map((cell) => (cell === undefined ? '' : outcome(cell))).join(' | ')} |`;
  };
  const days = rows.map(({ on }) => on).sort();
  return [
    `## ${runtime === 'docker' ? 'Docker' : runtime}`,
    '',
    `Seen from ${days[0]} to ${days.at(-1)}.`,
    '',
    '| fault | in a round | while frozen | while the destination restores | committed, not resumed |',
    '| --- | --- | --- | --- | --- |',
    ...faults.map(line),
    '',
  ].join('\n');
};

const page = (cells) =>
  [
    '# What faults lead to',
    '',
    'Written by `npm run test:faults`: each fault, at each step it can come at, in a migration of a redis under writes between two lab hosts. It says',
    'where the container runs afterwards, and what `precopy recover` had to do for it, if anything. In each of them exactly one copy',
    'runs, no acknowledged write is lost, and no file, key, process or frozen cgroup of the migration is left; where not, it stands out.',
    'What each cell was made of is in [faults.jsonl](faults.jsonl).',
    '',
    ...runtimes
      .filter((runtime) => cells.some((cell) => cell.runtime === runtime))
      .map((runtime) => table(cells, runtime)),
  ].join('\n');

const { status, cells } = run(process.argv[2] ?? 'all');
const seen = new Set(cells.map(nameOf));
const all = [...read(figures).filter((cell) => !seen.has(nameOf(cell))), ...cells];
if (cells.length > 0) {
  writeFileSync(figures, all.map((cell) => `${JSON.stringify(cell)}\n`).join(''));
  writeFileSync('docs/faults.md', page(all));
  // As the linter wants it: the page is checked like any other.
  spawnSync('node_modules/.bin/biome', ['format', '--write', 'docs/faults.md'], { stdio: 'inherit' });
  console.log(`written: docs/faults.md, with ${cells.length} new cells of ${all.length}`);
}
process.exitCode = status ?? 1;
