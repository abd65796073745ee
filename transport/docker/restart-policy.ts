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

const SavedPolicy: z.ZodType<RestartPolicy> = z.object({ Name: z.string(), MaximumRetryCount: z.number() });

const notePath = ({ sourceDirectory }: Plan): string => `${sourceDirectory}/restart-policy.json`;

const update = (docker: DockerApi, id: string, policy: RestartPolicy): Promise<void> =>
  docker.send('POST', `/containers/${id}/update`, { RestartPolicy: policy });

/** Prevents a restart by Docker when the migration ends the container. Notes the policy before. */
export const stopRestarting = async (host: Host, docker: DockerApi, plan: Plan): Promise<void> => {
  const { id } = plan.container;
  const { HostConfig } = await inspectContainer(host, docker, id);
  const { Name } = HostConfig.RestartPolicy;
  if (Name === '' || Name === 'no') return;
  await host.writeFile(notePath(plan), JSON.stringify(HostConfig.RestartPolicy), 0o600);
  await update(docker, id, { Name: 'no', MaximumRetryCount: 0 });
};

/** Puts back the policy that `stopRestarting` changed, if it did. */
export const putBackRestartPolicy = async (host: Host, docker: DockerApi, plan: Plan): Promise<void> => {
  const read = 'cat -- "$1" 2>/dev/null || { [ -d "$2" ] || echo gone; }';
  const { stdout } = await host.run({ argv: ['sh', '-c', read, 'sh', notePath(plan), plan.sourceDirectory] });
  // A reboot removes the note together with the directory.
  if (stdout.trim() === 'gone') return putBackFromPlan(docker, plan);
  if (stdout === '') return;
  const former = parseJson(SavedPolicy, stdout, `${notePath(plan)} on ${host.name}`);
  await update(docker, plan.container.id, former);
};

/** Puts back the policy in the plan. The plan does not have the maximum retry count. */
const putBackFromPlan = async (docker: DockerApi, { container }: Plan): Promise<void> => {
  const Name = container.docker?.restartPolicy ?? 'no';
  const found = await docker.find(`/containers/${container.id}/json`, Inspect);
  if (found === undefined || Name === 'no' || found.HostConfig.RestartPolicy.Name !== 'no') return;
  await update(docker, container.id, { Name, MaximumRetryCount: 0 });
};

/** Gives the new container the restart policy of the source's container. */
export const applyRestartPolicy = async (
  docker: DockerApi,
  id: string,
  policy: RestartPolicy,
): Promise<void> => {
  if (policy.Name !== '' && policy.Name !== 'no') await update(docker, id, policy);
};
