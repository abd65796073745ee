import { setTimeout as sleep } from 'node:timers/promises';
import { CommandFailed } from '../../engine/model/errors.ts';
import { type Millis, millis } from '../../engine/model/units.ts';
import type { Host } from '../../engine/ports/host.ts';
import { scriptArgv } from '../door/script.ts';

/** What a migration has left on a host, as `migration-facts.sh` prints it. */
export interface MigrationFacts {
  /**
   * The id of the migration that the directory belongs to. Empty when the directory holds no id, `undefined`
   * when there is no directory.
   */
  readonly migration: string | undefined;
  /** The notes that exist in the directory. */
  readonly notes: ReadonlySet<string>;
  readonly atWork: readonly ProcessAtWork[];
}

/** A process that works with the directory. `name`: its script, or its part in the migration. */
export interface ProcessAtWork {
  readonly name: string;
  readonly pid: string;
}

const READ_TIMEOUT: Millis = millis(30_000);

export const readMigrationFacts = async (host: Host, directory: string): Promise<MigrationFacts> => {
  const argv = scriptArgv('migration-facts', directory);
  const { stdout } = await host.run({ argv, timeout: READ_TIMEOUT });
  const lines = stdout.split('\n').map((line) => line.split(' '));
  const valuesOf = (kind: string): readonly string[] =>
    lines.flatMap(([first, value = '']) => (first === kind ? [value] : []));
  return {
    migration: valuesOf('migration')[0],
    notes: new Set(valuesOf('mark')),
    atWork: lines.flatMap(([first, name, pid]) =>
      first === 'process' && name !== undefined && pid !== undefined ? [{ name, pid }] : [],
    ),
  };
};

export const isAtWork = ({ atWork }: MigrationFacts, ...names: readonly string[]): boolean =>
  atWork.some(({ name }) => names.includes(name));

/**
 * Looks once a second until none of the named processes is at work any more. Returns the facts of the last
 * look. Rejects after `seconds`.
 */
export const waitUntilIdle = async (
  host: Host,
  directory: string,
  names: readonly string[],
  { seconds, onLook = async () => {} }: IdleOptions,
): Promise<MigrationFacts> => {
  for (let look = 0; ; look += 1) {
    const facts = await readMigrationFacts(host, directory);
    const busy = facts.atWork.find(({ name }) => names.includes(name));
    if (busy === undefined) return facts;
    if (look >= seconds) {
      const reason = `is still at work with ${directory} after ${seconds} s (process ${busy.pid})`;
      throw new CommandFailed({
        host: host.name,
        argv: [busy.name],
        exitCode: undefined,
        stderr: '',
        reason,
      });
    }
    await onLook(facts);
    await sleep(1000);
  }
};

interface IdleOptions {
  readonly seconds: number;
  readonly onLook?: (facts: MigrationFacts) => Promise<void>;
}
