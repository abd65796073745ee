// Compiles to dist/ and puts beside the code what it reads at run time. A build that fails leaves the last one in place.
// Types are not looked at here, which takes longer than all else: `npm run check`, `npm test` and `npm pack` do.
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';

const made = mkdtempSync('dist-');
const old = `${made}.old`;
process.on('exit', () => {
  for (const path of [made, old]) rmSync(path, { recursive: true, force: true });
});
const compile = [
  'node_modules/typescript/bin/tsc',
  '-p',
  'tsconfig.build.json',
  '--noCheck',
  '--outDir',
  made,
];
execFileSync(process.execPath, compile, { stdio: 'inherit' });
for (const assets of [
  'transport/scripts',
  'criu-proto/schemas',
  'bench/lab/guest',
  'bench/scenarios',
  'bench/variants/scripts',
  'bench/workloads',
]) {
  if (existsSync(assets))
    cpSync(assets, `${made}/${assets}`, { recursive: true, filter: (path) => !path.endsWith('.ts') });
}
for (const program of ['cli/main.js', 'bench/cli/main.js']) chmodSync(`${made}/${program}`, 0o755);
chmodSync(made, 0o755);
if (existsSync('dist')) renameSync('dist', old);
renameSync(made, 'dist');
