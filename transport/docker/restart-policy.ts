import { z } from 'zod';
import type { Plan } from '../../engine/model/plan.ts';
import type { Host } from '../../engine/ports/host.ts';
import { parseJson } from '../door/json.ts';
import type { DockerApi } from './docker-api.ts';
import { inspectContainer } from './facts.ts';
import { Inspect } from './inspect.ts';

interface RestartPolicy {
  readonly Name: string;
  readonly MaximumRetryCount: number;
}

const Former: z.ZodType<RestartPolicy> = z.object({ Name: z.string(), MaximumRetryCount: z.number() });

const noted = ({ sourceDirectory }: Plan): string => `${sourceDirectory}/restart-policy.json`;

const update = (docker: DockerApi, id: string, policy: RestartPolicy): Promise<void> =>
  docker.send('POST', `/containers/${id}/update`, { RestartPolicy: policy });

/** Docker would start a container anew that ends by the migration. What it was told before is noted first. */
export const stopRestarting = async (host: Host, docker: DockerApi, plan: Plan): Promise<void> => {
  const { id } = plan.container;
  const { HostConfig } = await inspectContainer(host, docker, id);
  const { Name } = HostConfig.RestartPolicy;
  if (Name === '' || Name === 'no') return;
  await host.writeFile(noted(plan), JSON.stringify(HostConfig.RestartPolicy), 0o600);
  await update(docker, id, { Name: 'no', MaximumRetryCount: 0 });
};

/** Puts back what `stopRestarting` changed, if it did. */
export const restoreRestartPolicy = async (host: Host, docker: DockerApi, plan: Plan): Promise<void> => {
  const read = 'cat -- "$1" 2>/dev/null || { [ -d "$2" ] || echo gone; }';
  const { stdout } = await host.run({ argv: ['sh', '-c', read, 'sh', noted(plan), plan.sourceDirectory] });
  // After a reboot the note is gone with the directory.
  if (stdout.trim() === 'gone') return restoreFromPlan(docker, plan);
  if (stdout === '') return;
  const former = parseJson(Former, stdout, `${noted(plan)} on ${host.name}`);
  await update(docker, plan.container.id, former);
};

/** By what was seen when the plan was made; how often Docker was to try, nobody noted there. */
const restoreFromPlan = async (docker: DockerApi, { container }: Plan): Promise<void> => {
  const Name = container.docker?.restartPolicy ?? 'no';
  const found = await docker.find(`/containers/${container.id}/json`, Inspect);
  if (found === undefined || Name === 'no' || found.HostConfig.RestartPolicy.Name !== 'no') return;
  await update(docker, container.id, { Name, MaximumRetryCount: 0 });
};

/** Gives the new container the policy that the old one had. */
export const activateRestartPolicy = async (
  docker: DockerApi,
  id: string,
  policy: RestartPolicy,
): Promise<void> => {
  if (policy.Name !== '' && policy.Name !== 'no') await update(docker, id, policy);
};
