// Checks, then tests: those of a lab last, for its image is made meanwhile. The last line counts them as the runner reports them.
//   test.mjs [PROJECT [FILES...]]     (unit, local, lab or stacks; all without)
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const [project, ...files] = process.argv.slice(2);
const directory = mkdtempSync(join(tmpdir(), 'precopy-test-'));

const run = (command, ...args) =>
  spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'] }).status === 0;
const tool = (name) => `node_modules/.bin/${name}`;

/** Like `run`, but runs beside other checks. Prints the output of one check in one piece. */
const check = (program, ...args) =>
  new Promise((resolve) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const words = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => words.push(chunk));
    child.on('error', (error) => words.push(`${program}: ${error.message}\n`));
    child.on('close', (code) => {
      process.stderr.write(Buffer.concat(words.map((each) => Buffer.from(each))));
      resolve(code === 0);
    });
  });

/** Programs that checks and tests on this machine call; the lab installs its own. */
const provide = ([program, ...others]) => {
  const isThere = (name) => spawnSync('sh', ['-c', 'command -v "$0"', name]).status === 0;
  if ([program, ...others].some(isThere)) return true;
  const install = `apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends ${program}`;
  console.error(`${program} is missing: ${install}`);
  return process.getuid?.() === 0 && run('sh', '-c', install);
};

const counted = (reportFile) => {
  try {
    const report = JSON.parse(readFileSync(reportFile, 'utf8'));
    // A file that could not even be collected holds no failed test, and is a failure all the same.
    const broken = report.testResults.filter(
      (file) => file.status === 'failed' && file.assertionResults.length === 0,
    );
    return {
      passed: report.numPassedTests,
      failed: report.numFailedTests + broken.length,
      skipped: report.numPendingTests + report.numTodoTests,
    };
  } catch (error) {
    console.error(`the test runner left no report: ${error.message}`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
};

/** Runs the tests of some projects, and counts them as the runner does. */
const test = (names, env = {}) => {
  const reportFile = join(directory, `${names.join('-')}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`];
  const chosen = names.flatMap((name) => ['--project', name]);
  const argv = ['run', ...chosen, ...files, ...reporters];
  const ok =
    spawnSync(tool('vitest'), argv, {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, ...env },
    }).status === 0;
  return { ok, ...counted(reportFile) };
};

/**
 * Minutes the first time, and none of the other tests needs it. A process of its own makes one after the other, since running tests keeps
 * this one from starting any. When it fails, so do the lab tests, which say why.
 */
const makeImages = (...suites) =>
  new Promise((resolve) => {
    const each = 'for suite; do "$0" dist/bench/cli/main.js lab image --suite "$suite"; done';
    const child = spawn('sh', ['-c', each, process.execPath, ...suites], {
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    child.on('error', resolve);
    child.on('close', resolve);
  });

/** Which looks at the page of results; 20 s to install. */
const browsers = ['chromium-headless-shell', 'chromium', 'google-chrome'];
const wantsBrowser = project === undefined || project === 'local';
const wantsLab = project === undefined || project === 'lab';
/** Of the few scenarios that are tried on the newest stack too. */
const newest = { PRECOPY_SUITE: process.env['PRECOPY_SUITE'] ?? 'forky' };
const wantsStacks = project === undefined || project === 'stacks';
const provided = [
  provide(['shellcheck']),
  provide(['rsync']),
  provide(['openssl']),
  !wantsBrowser || provide(browsers),
];
const suites = [...(wantsLab ? ['trixie'] : []), ...(wantsStacks ? [newest.PRECOPY_SUITE] : [])];
const images = process.env['PRECOPY_LAB'] === undefined ? makeImages(...suites) : undefined;
const checks = await Promise.all([
  check(tool('tsc'), '--noEmit'),
  check(tool('biome'), 'check', '.'),
  check(tool('knip')),
  check(process.execPath, 'scripts/check-scripts.mjs'),
]);
const results = [];
if (project === undefined) results.push(test(['unit', 'local']));
else if (!wantsLab && !wantsStacks) results.push(test([project]));
await images;
if (wantsLab) results.push(test(['lab']));
if (wantsStacks) results.push(test(['stacks'], newest));
rmSync(directory, { recursive: true, force: true });

const ok = [...provided, ...checks, ...results.map((each) => each.ok)].every(Boolean);
const sum = (what) => results.reduce((total, each) => total + each[what], 0);
if (!ok) console.log('checks or tests failed');
console.log(`${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped`);
process.exitCode = ok ? 0 : 1;
