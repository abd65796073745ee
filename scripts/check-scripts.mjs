// Checks the scripts that are not TypeScript: bash and sh by shellcheck, together with what they source, and perl by perl itself.
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

/** Those in a folder that a shell runs. What they source is checked with them. */
const shellScripts = (folder) =>
  readdirSync(folder, { withFileTypes: true })
    .filter(
      (entry) =>
        entry.isFile() && /^#!\/bin\/(ba)?sh\n/.test(readFileSync(`${folder}/${entry.name}`, 'utf8')),
    )
    .map(({ name }) => name);

/** Runs a checker in a folder, since scripts name each other relative to it. Prints what it says, and returns whether it says nothing. */
const passes = (cwd, program, ...args) => {
  const { status, error, stdout, stderr } = spawnSync(program, args, { cwd, encoding: 'utf8' });
  if (error !== undefined) console.error(`cannot run ${program}: ${error.message}`);
  const said = `${stdout ?? ''}${stderr ?? ''}`.replace(/^\S+ syntax OK\n$/, '');
  process.stderr.write(said);
  return status === 0 && said === '';
};

const shellcheck = ['shellcheck', '--external-sources', '--check-sourced', '--severity=warning'];
const perlScripts = (folder) => readdirSync(folder).filter((name) => name.endsWith('.pl'));

const results = folders.flatMap((folder) => [
  passes(folder, ...shellcheck, ...shellScripts(folder)),
  ...perlScripts(folder).map((name) => passes(folder, 'perl', '-wc', name)),
]);
process.exitCode = results.every(Boolean) ? 0 : 1;
