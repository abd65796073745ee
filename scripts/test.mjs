// Checks, then tests. The last line counts them as the runner reports them.
//   test.mjs [PROJECT [FILES...]]     (unit, local or lab; all without)
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const [project, ...files] = process.argv.slice(2);
const directory = mkdtempSync(join(tmpdir(), 'precopy-test-'));
const reportFile = join(directory, 'report.json');

const run = (command, ...args) =>
  spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'] }).status === 0;
const tool = (name) => `node_modules/.bin/${name}`;

/** Like `run`, beside others, its words kept together. */
const check = (name, ...args) =>
  new Promise((resolve) => {
    const child = spawn(tool(name), args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const words = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => words.push(chunk));
    child.on('error', (error) => words.push(`${name}: ${error.message}\n`));
    child.on('close', (code) => {
      process.stderr.write(Buffer.concat(words.map((each) => Buffer.from(each))));
      resolve(code === 0);
    });
  });

/** Programs that tests on this machine call; the lab sees to its own. */
const provide = ([program, ...others]) => {
  const isThere = (name) => spawnSync('sh', ['-c', 'command -v "$0"', name]).status === 0;
  if ([program, ...others].some(isThere)) return true;
  const install = `apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends ${program}`;
  console.error(`${program} is missing: ${install}`);
  return process.getuid?.() === 0 && run('sh', '-c', install);
};

const count = () => {
  try {
    const report = JSON.parse(readFileSync(reportFile, 'utf8'));
    // A file that could not even be collected holds no failed test, and is a failure all the same.
    const broken = report.testResults.filter(
      (file) => file.status === 'failed' && file.assertionResults.length === 0,
    );
    const failed = report.numFailedTests + broken.length;
    return `${report.numPassedTests} passed, ${failed} failed, ${report.numPendingTests + report.numTodoTests} skipped`;
  } catch (error) {
    console.error(`the test runner left no report: ${error.message}`);
    return '0 passed, 1 failed, 0 skipped';
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
};

/** Which looks at the page of results; 20 s to install. */
const browsers = ['chromium-headless-shell', 'chromium', 'google-chrome'];
const wantsBrowser = project === undefined || project === 'local';
const checks = [
  provide(['rsync']),
  provide(['openssl']),
  !wantsBrowser || provide(browsers),
  ...(await Promise.all([check('tsc', '--noEmit'), check('biome', 'check', '.'), check('knip')])),
];
const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`];
const projects = project === undefined ? [] : ['--project', project];
const tests = run(tool('vitest'), 'run', ...projects, ...files, ...reporters);
const ok = checks.every(Boolean) && tests;
const line = count();
if (!ok) console.log('checks or tests failed');
console.log(line);
process.exitCode = ok ? 0 : 1;
