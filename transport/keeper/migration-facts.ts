import { setTimeout as sleep } from 'node:timers/promises';
import { CommandFailed } from '../../engine/model/errors.ts';
import { type Millis, millis } from '../../engine/model/units.ts';
import type { Host } from '../../engine/ports/host.ts';
import { scriptArgv } from '../door/script.ts';

/** What a migration has left on a host, as `migration-facts.sh` tells it. */
export interface MigrationFacts {
  /** Whose directory there is: empty when nobody noted it, nothing when there is none. */
  readonly migration: string | undefined;
  readonly marks: ReadonlySet<string>;
  readonly atWork: readonly AtWork[];
}

/** A process that works with the directory: which script it is, or which program's part. */
export interface AtWork {
  readonly name: string;
  readonly pid: string;
}

const LOOKING: Millis = millis(30_000);

export const readMigrationFacts = async (host: Host, directory: string): Promise<MigrationFacts> => {
  const argv = scriptArgv('migration-facts', directory);
  const { stdout } = await host.run({ argv, timeout: LOOKING });
  const lines = stdout.split('\n').map((line) => line.split(' '));
  const valuesOf = (kind: string): readonly string[] =>
    lines.flatMap(([first, value = '']) => (first === kind ? [value] : []));
  return {
    migration: valuesOf('migration')[0],
    marks: new Set(valuesOf('mark')),
    atWork: lines.flatMap(([first, name, pid]) =>
      first === 'process' && name !== undefined && pid !== undefined ? [{ name, pid }] : [],
    ),
  };
};

export const isAtWork = ({ atWork }: MigrationFacts, ...names: readonly string[]): boolean =>
  atWork.some(({ name }) => names.includes(name));

/** Looks until none of these is at work any more, and tells what it saw last. Rejects after so many seconds. */
export const untilIdle = async (
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
