import { z } from 'zod';
import type { Plan } from '../../engine/model/plan.ts';
import type { Host } from '../../engine/ports/host.ts';
import { createBody, endpointBody, orderedNetworks } from './create-body.ts';
import type { DockerApi } from './docker-api.ts';
import { inspectContainer } from './facts.ts';
import { imageReference } from './image-reference.ts';
import { Info, Inspect, NetworkInspect } from './inspect.ts';
import { note } from './made.ts';
import { createNetwork } from './networks.ts';
import { type Place, placeMounts } from './place-mounts.ts';
import { upperDirectory } from './upper-directory.ts';

/** A host and its Docker. */
export interface DockerHost {
  readonly host: Host;
  readonly docker: DockerApi;
}

/** The new container, short of its processes. */
export interface Created {
  readonly id: string;
  /** Holds what the container changes. */
  readonly upper: string;
  /** Where its logs lie. */
  readonly directory: string;
  readonly places: readonly Place[];
  /** What the source's container is told to do when it ends. */
  readonly restartPolicy: Inspect['HostConfig']['RestartPolicy'];
  readonly source: Inspect;
}

/** Makes networks, volumes and the container, noting each. */
export const createOnDestination = async (
  source: DockerHost,
  destination: DockerHost,
  plan: Plan,
): Promise<Created> => {
  const facts = plan.container.docker;
  if (facts === undefined) throw new Error('not a Docker container');
  const inspect = await inspectContainer(source.host, source.docker, plan.container.id);
  const { host, docker } = destination;
  const directory = plan.destinationDirectory;
  for (const name of plan.docker?.createNetworks ?? []) {
    // Made by somebody since it was looked for, it is not ours to remove.
    if ((await docker.find(`/networks/${encodeURIComponent(name)}`, NetworkInspect)) !== undefined) continue;
    await note(host, directory, { kind: 'network', name });
    await createNetwork(source.docker, docker, name);
  }
  const places = await placeMounts(source, destination, plan);
  const body = createBody(inspect, facts, await imageReference(source, destination, plan));
  const id = await createContainer(destination, plan, body);
  for (const network of orderedNetworks(inspect, facts).slice(1)) {
    const attached = { Container: id, EndpointConfig: endpointBody(inspect, network) };
    await docker.send('POST', `/networks/${encodeURIComponent(network.name)}/connect`, attached);
  }
  const made = await docker.get(`/containers/${id}/json`, Inspect);
  const info = await docker.get('/info', Info);
  const upper = await upperDirectory(host, info, made);
  const restartPolicy = inspect.HostConfig.RestartPolicy;
  return {
    id,
    upper,
    directory: `${info.DockerRootDir}/containers/${id}`,
    places,
    restartPolicy,
    source: inspect,
  };
};

const Answer: z.ZodType<{ Id: string }> = z.object({ Id: z.string().regex(/^[0-9a-f]{64}$/) });

/** Answers with its id. */
const createContainer = async ({ host, docker }: DockerHost, plan: Plan, body: object): Promise<string> => {
  const directory = plan.destinationDirectory;
  // At first under a name that can be noted before, for nobody else's container has it; the right one could be taken meanwhile.
  const first = `precopy-${plan.migration}`;
  await note(host, directory, { kind: 'container', name: first });
  const { Id: id } = await docker.create(
    `/containers/create?name=${encodeURIComponent(first)}`,
    body,
    Answer,
  );
  await note(host, directory, { kind: 'container', name: id });
  const name = plan.container.docker?.name ?? first;
  await docker.send('POST', `/containers/${id}/rename?name=${encodeURIComponent(name)}`);
  return id;
};
