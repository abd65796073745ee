// Every fault at every step, and the table of what came of it: docs/faults.md, from the figures in docs/faults.jsonl.
//   faults.mjs [WHICH]          (a part of the cells' names, as `runc: ` or `link cut`; all without)
// Cells that were not asked for keep what they led to last time.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { figures, readCells, writePage } from './faults-page.mjs';

const run = (which) => {
  const directory = mkdtempSync(join(tmpdir(), 'precopy-faults-'));
  const file = join(directory, 'cells.jsonl');
  const env = { ...process.env, PRECOPY_FAULTS: which, PRECOPY_FAULTS_OUT: file };
  const files = ['test/faults', ...(which === 'all' ? ['test/lab/recover', 'test/lab/keys'] : [])];
  const { status } = spawnSync(process.execPath, ['scripts/test.mjs', 'lab', ...files], {
    stdio: 'inherit',
    env,
  });
  const cells = readCells(file);
  rmSync(directory, { recursive: true, force: true });
  return { status, cells };
};

const nameOf = ({ runtime, fault, step }) => `${runtime}: ${fault}, ${step}`;

const { status, cells } = run(process.argv[2] ?? 'all');
const seen = new Set(cells.map(nameOf));
const all = [...readCells(figures).filter((cell) => !seen.has(nameOf(cell))), ...cells];
if (cells.length > 0) {
  writeFileSync(figures, all.map((cell) => `${JSON.stringify(cell)}\n`).join(''));
  writePage();
  console.log(`written: docs/faults.md, with ${cells.length} new cells of ${all.length}`);
}
process.exitCode = status ?? 1;
