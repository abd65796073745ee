// Compiles to dist/ and puts beside the code what it reads at run time.
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, rmSync } from 'node:fs';

rmSync('dist', { recursive: true, force: true });
execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], {
  stdio: 'inherit',
});
for (const assets of ['transport/scripts', 'criu-proto/schemas', 'bench/lab/guest', 'bench/workloads']) {
  if (existsSync(assets))
    cpSync(assets, `dist/${assets}`, { recursive: true, filter: (path) => !path.endsWith('.ts') });
}
chmodSync('dist/cli/main.js', 0o755);
