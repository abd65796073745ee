import { z } from 'zod';
import { containerName } from '../../engine/model/names.ts';
import type { Plan } from '../../engine/model/plan.ts';
import type { DestinationStanding } from '../../engine/model/recovery.ts';
import type { Host } from '../../engine/ports/host.ts';
import { scriptArgv } from '../door/script.ts';
import { readMigrationFacts } from '../keeper/migration-facts.ts';
import { destinationStanding } from '../keeper/recover-restore.ts';
import { runningState } from '../runc/standing.ts';
import { readCreatedNote } from './created-note.ts';
import type { DockerApi } from './docker-api.ts';

const Running: z.ZodType<{ State: { Running: boolean } }> = z.object({
  State: z.object({ Running: z.boolean() }),
});

/** Where runc keeps what it knows of Docker's containers on the destination. */
export const runcRootOf = ({ docker }: Plan): string => {
  if (docker === undefined) throw new Error('not a Docker container');
  return docker.runcRoot;
};

/** A container that Docker is starting is locked: only the runc beneath may be asked as long as the migration's directory is there. */
export const dockerStanding = async (
  host: Host,
  docker: DockerApi,
  plan: Plan,
): Promise<DestinationStanding> => {
  const facts = await readMigrationFacts(host, plan.destinationDirectory);
  if (facts.migration === undefined) {
    const name = encodeURIComponent(containerName(plan.container));
    const found = await docker.find(`/containers/${name}/json`, Running);
    return destinationStanding(facts, plan, found?.State.Running === true);
  }
  const noted = await readCreatedNote(host, plan);
  const state = noted && (await runningState(host, runcRootOf(plan), noted.id));
  return destinationStanding(facts, plan, state !== undefined);
};

/** What a parked start that was cut short leaves with precopy's OCI runtime, which would take it for a later one. */
export const forgetParked = async (host: Host, plan: Plan): Promise<void> => {
  const noted = await readCreatedNote(host, plan);
  if (noted === undefined) return;
  await host.run({ argv: scriptArgv('forget-parked', noted.id) });
};
