import { z } from 'zod';
import { InvalidInput } from '../../engine/model/errors.ts';
import type { Plan } from '../../engine/model/plan.ts';
import type { Host } from '../../engine/ports/host.ts';
import { jsonOf } from '../door/json.ts';
import type { MigrationFile } from '../keeper/migration-directory.ts';
import type { Created } from './create.ts';

/** What of the new container somebody has to know who comes after a crash. */
export type Noted = Pick<Created, 'id' | 'directory' | 'restartPolicy'>;

const Noted: z.ZodType<Noted> = z.object({
  id: z.string().regex(/^[0-9a-f]{64}$/),
  directory: z.string().startsWith('/'),
  restartPolicy: z.object({ Name: z.string(), MaximumRetryCount: z.number() }),
});

const NAME = 'created.json';

/** The file that says it, in the migration's directory on the destination. */
export const createdNote = ({ id, directory, restartPolicy }: Noted): MigrationFile => ({
  name: NAME,
  content: `${JSON.stringify({ id, directory, restartPolicy })}\n`,
  mode: 0o600,
});

/** Nothing where no container was created, or all is over. */
export const readCreatedNote = async (
  host: Host,
  { destinationDirectory }: Plan,
): Promise<Noted | undefined> => {
  const path = `${destinationDirectory}/${NAME}`;
  const { exitCode, stdout } = await host.probe({ argv: ['cat', '--', path] });
  if (exitCode !== 0) return undefined;
  const { success, data } = Noted.safeParse(jsonOf(stdout));
  if (success) return data;
  throw new InvalidInput(`${path} on ${host.name} is not what precopy wrote`);
};
