import { readFileSync } from 'node:fs';

export type ScriptName =
  | 'carried'
  | 'container-facts'
  | 'destination-hold'
  | 'dirty-profile'
  | 'discard-destination'
  | 'docker-daemon'
  | 'docker-daemon-configure'
  | 'docker-exec-root'
  | 'docker-runtime'
  | 'docker-runtime-users'
  | 'end-copy'
  | 'end-dump'
  | 'final-dump'
  | 'forget-container'
  | 'forget-parked'
  | 'forget-restore'
  | 'gate'
  | 'give-verdict'
  | 'hand-over'
  | 'hold-lock'
  | 'host-facts'
  | 'host-keys'
  | 'make-certificate'
  | 'make-destination-directory'
  | 'make-source-directory'
  | 'measure-link'
  | 'migration-facts'
  | 'newest-log'
  | 'pace'
  | 'page-server'
  | 'parked-docker'
  | 'parked-restore'
  | 'process-facts'
  | 'prove-hold'
  | 'received-images'
  | 'remove-directory'
  | 'sample-memory'
  | 'ship-image'
  | 'ship-images'
  | 'source-hold';

const readScript = (file: string): string =>
  readFileSync(new URL(`../scripts/${file}`, import.meta.url), 'utf8');

/**
 * Returns the text of a script that runs on hosts. Nothing is installed on hosts: a script travels with each
 * call. So the text of a part that several scripts share (`. parts/NAME.sh`) is put into each of them.
 */
export const scriptText = (name: ScriptName): string =>
  readScript(`${name}.sh`).replaceAll(/^\. (parts\/[\w-]+\.sh)$/gm, (_, part: string) =>
    readScript(part).trimEnd(),
  );

/** Returns the command that runs a script with these arguments. */
export const scriptArgv = (
  name: ScriptName,
  ...values: readonly string[]
): readonly [string, ...string[]] => ['bash', '-c', scriptText(name), `precopy-${name}`, ...values];
