// Checks, then every test. The last line counts them as the runner reports them.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const directory = mkdtempSync(join(tmpdir(), 'precopy-test-'));
const reportFile = join(directory, 'report.json');

const run = (name, ...args) =>
  spawnSync(`node_modules/.bin/${name}`, args, { stdio: 'inherit' }).status === 0;

let ok = [run('tsc', '--noEmit'), run('biome', 'check', '.'), run('knip')].every(Boolean);

ok = run('vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`) && ok;

let line;
try {
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = JSON.parse(
    readFileSync(reportFile, 'utf8'),
  );
  // A file that could not even be collected holds no failed test, and is one all the same.
  const broken = testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  ).length;
  line = `${numPassedTests} passed, ${numFailedTests + broken} failed, ${numPendingTests + numTodoTests} skipped`;
} catch (error) {
  ok = false;
  line = `0 passed, 1 failed, 0 skipped`;
  console.error(`the test runner left no report: ${error.message}`);
} finally {
  rmSync(directory, { recursive: true, force: true });
}
if (!ok) console.log('checks or tests failed');
console.log(line);
process.exitCode = ok ? 0 : 1;
