import { CommandFailed, InvalidInput } from '../../engine/model/errors.ts';
import type { Plan } from '../../engine/model/plan.ts';
import type { Host } from '../../engine/ports/host.ts';
import { scriptArgv } from '../door/script.ts';
import { otherMigrationText } from './other-migration.ts';

/** Exit codes of scripts that find the directory in use already: by another migration, or by a profile. */
export const EXIT_OTHER_MIGRATION = 17;
export const EXIT_PROFILE = 18;

/** Makes the migration directory on a host. An existing directory belongs to another migration and stays. */
export const makeDirectory = async (
  host: Host,
  { container }: Plan,
  argv: readonly [string, ...string[]],
): Promise<void> => {
  const { exitCode, stderr } = await host.probe({ argv });
  if (exitCode === 0) return;
  if (exitCode === EXIT_OTHER_MIGRATION)
    throw new InvalidInput(otherMigrationText(container.id, host.name, stderr));
  if (exitCode === EXIT_PROFILE) throw profileInProgress(host, container.id, stderr);
  throw new CommandFailed({ host: host.name, argv: ['mkdir'], exitCode, stderr });
};

/** A profile keeps migrations away: both clear the dirty bits, so each would hide pages from the other. */
export const profileInProgress = (host: Host, id: string, stderr: string): InvalidInput => {
  const why = stderr.trim().split('\n').at(-1) ?? '';
  return new InvalidInput(
    why.startsWith('it was killed')
      ? `a profile of ${id} on ${host.name} was cut short: ${why}`
      : `a profile of ${id} is being taken on ${host.name}`,
  );
};

/** The directory of one migration on one host. */
interface MigrationDirectory {
  readonly directory: string;
  readonly migration: string;
}

export interface MigrationFile {
  readonly name: string;
  readonly content: string;
  readonly mode: number;
}

/** Writes files into a migration directory. Removes the directory when a file cannot be written. */
export const writeFiles = async (
  host: Host,
  { directory, migration }: MigrationDirectory,
  files: readonly MigrationFile[],
): Promise<void> => {
  const writes = files.map(({ name, content, mode }) =>
    host.writeFile(`${directory}/${name}`, content, mode),
  );
  const results = await Promise.allSettled(writes);
  for (const result of results) {
    if (result.status === 'fulfilled') continue;
    await host.probe({ argv: scriptArgv('remove-directory', directory, migration) });
    throw result.reason;
  }
};
