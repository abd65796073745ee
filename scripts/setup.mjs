// Brings a fresh clone to where everything runs: dependencies as locked, and a build of the sources as they are.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const locked = createHash('sha256').update(readFileSync('package-lock.json')).digest('hex');
const stamp = 'node_modules/.precopy-lock';

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== locked) {
  console.error('installing dependencies');
  const options = ['--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];
  execFileSync('npm', ['ci', ...options], { stdio: ['ignore', 'ignore', 'inherit'] });
  writeFileSync(stamp, locked);
}
console.error('building');
execFileSync(process.execPath, ['scripts/build.mjs'], { stdio: 'inherit' });
