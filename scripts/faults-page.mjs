// The table of what faults lead to: docs/faults.md, from the cells in docs/faults.jsonl.
//   faults-page.mjs
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

export const figures = 'docs/faults.jsonl';
const steps = ['round', 'frozen', 'restoring', 'committed'];
const runtimes = ['runc', 'docker'];

/** Of a file that may not be there. */
export const readCells = (file) => {
  try {
    return readFileSync(file, 'utf8').trim().split('\n').filter(Boolean).map(JSON.parse);
  } catch (error) {
    if (error.code === 'ENOENT') return [];
    throw error;
  }
};

const outcome = ({ runsOn, lost, left, byItself, recover }) => {
  if (runsOn.length !== 1 || lost > 0 || left.length > 0) {
    return `**${runsOn.length} run, ${lost ?? 'unknown'} writes lost, ${left.length} things left**`;
  }
  const where = runsOn[0] === 'a' ? 'source' : 'destination';
  if (recover === 'nothing') return where;
  if (recover.startsWith('in doubt')) return `${where}, chosen in \`recover\``;
  return byItself.length === 1 ? `${where}; \`recover\` tidied up` : `${where}, by \`recover\``;
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
    'where the container runs afterwards, and whether `precopy recover` was needed: to tidy up, to have it run there, or to carry out what its',
    'user had to choose, for want of a host that could tell. In each of them exactly one copy runs, no acknowledged write is lost, and',
    'no file, key, process or frozen cgroup of the migration is left; where not, it stands out.',
    'An empty cell: the fault cannot come there, or that has not been run. What each cell was made of is in [faults.jsonl](faults.jsonl).',
    '',
    ...runtimes
      .filter((runtime) => cells.some((cell) => cell.runtime === runtime))
      .map((runtime) => table(cells, runtime)),
  ].join('\n');

export const writePage = () => {
  writeFileSync('docs/faults.md', page(readCells(figures)));
  // As the linter wants it: the page is checked like any other.
  spawnSync('node_modules/.bin/biome', ['format', '--write', 'docs/faults.md'], { stdio: 'inherit' });
};

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) writePage();
