import { CommandFailed, InvalidInput } from '../engine/model/errors.ts';
import type { Plan } from '../engine/model/plan.ts';
import type { Host } from '../engine/ports.ts';
import { scriptArgv } from './script.ts';
import { takenText } from './taken.ts';

/** The exit code of the make scripts for a directory that is there already. */
const TAKEN = 17;

/** Makes the directory of one migration on a host. A directory that is there is another migration's, and stays. */
export const makeDirectory = async (
  host: Host,
  { container }: Plan,
  argv: readonly [string, ...string[]],
): Promise<void> => {
  const { exitCode, stdout, stderr } = await host.probe({ argv });
  if (exitCode === 0) return;
  if (exitCode === TAKEN) throw new InvalidInput(takenText(container.id, host.name, stdout));
  throw new CommandFailed({ host: host.name, argv: ['mkdir'], exitCode, stderr });
};

/** The directory of one migration on one of the hosts. */
interface OwnDirectory {
  readonly directory: string;
  readonly migration: string;
}

export interface MigrationFile {
  readonly name: string;
  readonly content: string;
  readonly mode: number;
}

/** Writes files into a migration's directory; when that fails, the directory is not left behind. */
export const writeFiles = async (
  host: Host,
  { directory, migration }: OwnDirectory,
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
