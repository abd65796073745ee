import { z } from 'zod';
import { containerName } from '../../engine/model/names.ts';
import type { Plan } from '../../engine/model/plan.ts';
import type { DestinationStanding } from '../../engine/model/recovery.ts';
import type { Host } from '../../engine/ports/host.ts';
import { scriptArgv } from '../door/script.ts';
import { readMigrationFacts } from '../keeper/migration-facts.ts';
import { destinationStanding } from '../keeper/recover-restore.ts';
import { readRunningState } from '../runc/source-after-crash.ts';
import { readCreatedNote } from './created-note.ts';
import type { DockerApi } from './docker-api.ts';

const Running: z.ZodType<{ State: { Running: boolean } }> = z.object({
  State: z.object({ Running: z.boolean() }),
});

/** Returns runc's root directory for Docker's containers on the destination. */
export const runcRootOf = ({ docker }: Plan): string => {
  if (docker === undefined) throw new Error('not a Docker container');
  return docker.runcRoot;
};

/**
 * Reads what a crash left of the container on the destination. Docker locks a container that is starting, so
 * as long as the migration directory exists, runc is asked instead of Docker.
 */
export const readDestinationAfterCrash = async (
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
  const note = await readCreatedNote(host, plan);
  const state = note && (await readRunningState(host, runcRootOf(plan), note.id));
  return destinationStanding(facts, plan, state !== undefined);
};

/** Removes the state of a parked start that was cut short, so that precopy's runtime ignores it later. */
export const forgetParkedStart = async (host: Host, plan: Plan): Promise<void> => {
  const note = await readCreatedNote(host, plan);
  if (note === undefined) return;
  await host.run({ argv: scriptArgv('forget-parked', note.id) });
};
