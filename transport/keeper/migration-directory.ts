import { CommandFailed, InvalidInput } from '../../engine/model/errors.ts';
import type { Plan } from '../../engine/model/plan.ts';
import type { Host } from '../../engine/ports/host.ts';
import { scriptArgv } from '../door/script.ts';
import { takenText } from './taken.ts';

/** The exit codes of scripts for a directory that is there already: a migration's, or a profile's. */
export const TAKEN = 17;
export const PROFILED = 18;

/** Makes the directory of one migration on a host. A directory that is there is another migration's, and stays. */
export const makeDirectory = async (
  host: Host,
  { container }: Plan,
  argv: readonly [string, ...string[]],
): Promise<void> => {
  const { exitCode, stderr } = await host.probe({ argv });
  if (exitCode === 0) return;
  if (exitCode === TAKEN) throw new InvalidInput(takenText(container.id, host.name, stderr));
  if (exitCode === PROFILED) throw profiled(host, container.id, stderr);
  throw new CommandFailed({ host: host.name, argv: ['mkdir'], exitCode, stderr });
};

/** Why nothing else may be done with a container: two would spoil each other's view of what is dirty. */
export const profiled = (host: Host, id: string, stderr: string): InvalidInput => {
  const why = stderr.trim().split('\n').at(-1) ?? '';
  return new InvalidInput(
    `a profile of ${id} is being taken on ${host.name}${why.startsWith('it was killed') ? `, or was: ${why}` : ''}`,
  );
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
