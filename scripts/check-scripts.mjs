// Checks the scripts that are not TypeScript: bash and sh by shellcheck, what they source together with them.
//   check-scripts.mjs
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

const folders = [
  'transport/scripts',
  'bench/variants/scripts',
  'bench/lab/guest',
  'test/fixtures',
  'test/fixtures/bin',
];

const shellScripts = (folder) =>
  readdirSync(folder, { withFileTypes: true })
    .filter(
      (entry) =>
        entry.isFile() && /^#!\/bin\/(ba)?sh\n/.test(readFileSync(`${folder}/${entry.name}`, 'utf8')),
    )
    .map(({ name }) => name);

/** Runs a checker in a folder, since scripts name each other relative to it. Prints what it says. */
const passes = (cwd, program, ...args) => {
  const { status, error } = spawnSync(program, args, { cwd, stdio: ['ignore', 'inherit', 'inherit'] });
  if (error !== undefined) console.error(`cannot run ${program}: ${error.message}`);
  return status === 0;
};

const results = folders.map((folder) =>
  passes(
    folder,
    'shellcheck',
    '--external-sources',
    '--check-sourced',
    '--severity=warning',
    ...shellScripts(folder),
  ),
);
process.exitCode = results.every(Boolean) ? 0 : 1;
