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

const read = (file: string): string => readFileSync(new URL(`../scripts/${file}`, import.meta.url), 'utf8');

/**
 * The text of one of the scripts that run on hosts. They travel with the command: nothing is installed, and so what several of
 * them have in common (`. parts/NAME.sh`) stands in each.
 */
export const scriptText = (name: ScriptName): string =>
  read(`${name}.sh`).replaceAll(/^\. (parts\/[\w-]+\.sh)$/gm, (_, part: string) => read(part).trimEnd());

/** A command that runs one of the scripts with arguments. */
export const scriptArgv = (
  name: ScriptName,
  ...values: readonly string[]
): readonly [string, ...string[]] => ['bash', '-c', scriptText(name), `precopy-${name}`, ...values];
