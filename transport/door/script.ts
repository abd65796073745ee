import { readFileSync } from 'node:fs';
import type { ScriptName, ScriptValues } from './catalogue.ts';

const readScript = (file: string): string =>
  readFileSync(new URL(`../scripts/${file}`, import.meta.url), 'utf8');

const PART = /^\. (parts\/[\w-]+\.sh)$/gm;
const PERL_PART = /^BEGIN \{ require '\.\/(parts\/[\w-]+\.pl)' \}$/gm;
const CARRIED_FILE = /^(\w+)=\$\(<([\w-]+\.(?:pl|table))\)$/gm;

const quoted = (text: string): string => `'${text.trimEnd().replaceAll("'", "'\\''")}'`;

const carriedText = (file: string): string =>
  readScript(file).replaceAll(PERL_PART, (_, part: string) => `BEGIN {\n${readScript(part)}}`);

/**
 * Returns the text of a script that runs on hosts. Nothing is installed on hosts: a script travels with each
 * call, so its text holds all that it needs: the parts that several scripts share (`. parts/NAME.sh`), and the
 * files that it reads into variables (`NAME=$(<FILE)`). In transport/scripts it runs as it is.
 */
export const scriptText = (name: ScriptName): string =>
  readScript(`${name}.sh`)
    .replaceAll(PART, (_, part: string) => readScript(part).trimEnd())
    .replaceAll(
      CARRIED_FILE,
      (_, variable: string, file: string) => `${variable}=${quoted(carriedText(file))}`,
    );

/** Returns the command that runs a script with the arguments that its entry in the catalogue asks for. */
export const scriptArgv = <Name extends ScriptName>(
  name: Name,
  ...values: ScriptValues<Name>
): readonly [string, ...string[]] => [
  'bash',
  '-c',
  scriptText(name),
  `precopy-${name}`,
  ...[...values].map(String),
];
