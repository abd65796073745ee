import { z } from 'zod';
import { InvalidInput } from '../../engine/model/errors.ts';
import type { Plan } from '../../engine/model/plan.ts';
import type { Host } from '../../engine/ports/host.ts';
import { jsonOf } from '../door/json.ts';
import type { MigrationFile } from '../keeper/migration-directory.ts';
import type { CreatedContainer } from './create.ts';

/** What a recovery after a crash has to know of the new container. */
export type ContainerNote = Pick<CreatedContainer, 'id' | 'directory' | 'restartPolicy'>;

const ContainerNote: z.ZodType<ContainerNote> = z.object({
  id: z.string().regex(/^[0-9a-f]{64}$/),
  directory: z.string().startsWith('/'),
  restartPolicy: z.object({ Name: z.string(), MaximumRetryCount: z.number() }),
});

const NAME = 'created.json';

/** Returns the note of the new container, for the migration directory on the destination. */
export const createdNote = ({ id, directory, restartPolicy }: ContainerNote): MigrationFile => ({
  name: NAME,
  content: `${JSON.stringify({ id, directory, restartPolicy })}\n`,
  mode: 0o600,
});

/** Returns undefined when no container was created, or the migration directory was removed. */
export const readCreatedNote = async (
  host: Host,
  { destinationDirectory }: Plan,
): Promise<ContainerNote | undefined> => {
  const path = `${destinationDirectory}/${NAME}`;
  const { exitCode, stdout } = await host.probe({ argv: ['cat', '--', path] });
  if (exitCode !== 0) return undefined;
  const { success, data } = ContainerNote.safeParse(jsonOf(stdout));
  if (success) return data;
  throw new InvalidInput(`${path} on ${host.name} does not have the content that precopy writes`);
};
