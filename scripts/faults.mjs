// Every fault at every step, and the table of what came of it: docs/faults.md.
//   faults.mjs [WHICH]          (a part of the cells' names, as `runc: ` or `link cut`; all without, which writes the table)
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const [which = 'all'] = process.argv.slice(2);
const directory = mkdtempSync(join(tmpdir(), 'precopy-faults-'));
const file = join(directory, 'cells.jsonl');
const env = { ...process.env, PRECOPY_FAULTS: which, PRECOPY_FAULTS_OUT: file };
const { status } = spawnSync(
  process.execPath,
  ['scripts/test.mjs', 'lab', 'test/faults', 'test/lab/recover'],
  {
    stdio: 'inherit',
    env,
  },
);
const read = () => {
  try {
    return readFileSync(file, 'utf8').trim().split('\n').map(JSON.parse);
  } catch {
    return [];
  }
};
const cells = read();
rmSync(directory, { recursive: true, force: true });

const outcome = ({ runsOn, lost, left, byItself, recover }) => {
  if (runsOn.length !== 1 || lost > 0 || left.length > 0) {
    return `**${runsOn.length} run, ${lost} writes lost, ${left.length} things left**`;
  }
  const where = runsOn[0] === 'a' ? 'source' : 'destination';
  const how = byItself.length === 1 ? '' : ' after it';
  return recover === 'nothing' ? where : `${where}; recover: ${recover.replace(/ by .*/, '')}${how}`;
};

const table = (runtime) => {
  const rows = cells.filter((cell) => cell.runtime === runtime);
  const steps = ['round', 'frozen', 'restoring', 'committed'];
  const faults = [...new Set(rows.map(({ fault }) => fault))];
  const line = (fault) => {
    const found = steps.map((step) => rows.find((cell) => cell.fault === fault && cell.step === step));
    return `| ${fault} | ${found.map((cell) => (cell === undefined ? '' : outcome(cell))).join(' | ')} |`;
  };
  return [
    `## ${runtime === 'docker' ? 'Docker' : runtime}`,
    '',
    '| fault | in a round | while frozen | while the destination restores | committed, not resumed |',
    '| --- | --- | --- | --- | --- |',
    ...faults.map(line),
    '',
  ].join('\n');
};

if (which === 'all' && cells.length > 0) {
  const text = [
    '# What faults lead to',
    '',
    'Written by `npm run test:faults`: each fault, at each step it can come at, in a migration of a redis under writes between two lab hosts. It says',
    'where the container runs afterwards, and what `precopy recover` had to do for it, if anything. In each of them exactly one copy',
    'runs, no acknowledged write is lost, and no file, key, process or frozen cgroup of the migration is left; where not, it stands out.',
    '',
    table('runc'),
    table('docker'),
  ].join('\n');
  writeFileSync('docs/faults.md', text);
  console.log('written: docs/faults.md');
}
process.exitCode = status ?? 1;
