import { z } from 'zod';
import type { Plan } from '../../engine/model/plan.ts';
import type { Host } from '../../engine/ports/host.ts';
import { createBody, endpointBody, orderedNetworks } from './create-body.ts';
import type { DockerApi } from './docker-api.ts';
import { inspectContainer } from './facts.ts';
import { imageReference } from './image-reference.ts';
import { Info, Inspect, NetworkInspect } from './inspect.ts';
import { noteMadeObject } from './made-objects.ts';
import { createNetwork } from './networks.ts';
import { type ProvidedMount, provideMounts } from './provide-mounts.ts';
import { upperDirectory } from './upper-directory.ts';

export interface DockerHost {
  readonly host: Host;
  readonly docker: DockerApi;
}

/** The new container, still without processes. */
export interface CreatedContainer {
  readonly id: string;
  /** The directory that receives the container's changes to its root filesystem. */
  readonly upper: string;
  /** Docker's directory of the container, with its logs. */
  readonly directory: string;
  readonly mounts: readonly ProvidedMount[];
  /** The restart policy of the source's container. */
  readonly restartPolicy: Inspect['HostConfig']['RestartPolicy'];
  readonly source: Inspect;
}

/** Creates networks, volumes and the container, and notes each before. */
export const createOnDestination = async (
  source: DockerHost,
  destination: DockerHost,
  plan: Plan,
): Promise<CreatedContainer> => {
  const facts = plan.container.docker;
  if (facts === undefined) throw new Error('not a Docker container');
  const inspect = await inspectContainer(source.host, source.docker, plan.container.id);
  const { host, docker } = destination;
  const directory = plan.destinationDirectory;
  for (const name of plan.docker?.createNetworks ?? []) {
    // A network that appeared since preflight was not created by this migration, so it gets no note.
    if ((await docker.find(`/networks/${encodeURIComponent(name)}`, NetworkInspect)) !== undefined) continue;
    await noteMadeObject(host, directory, { kind: 'network', name });
    await createNetwork(source.docker, docker, name);
  }
  const mounts = await provideMounts(source, destination, plan);
  const body = createBody(inspect, facts, await imageReference(source, destination, plan));
  const id = await createContainer(destination, plan, body);
  for (const network of orderedNetworks(inspect, facts).slice(1)) {
    const attached = { Container: id, EndpointConfig: endpointBody(inspect, network) };
    await docker.send('POST', `/networks/${encodeURIComponent(network.name)}/connect`, attached);
  }
  const inspected = await docker.get(`/containers/${id}/json`, Inspect);
  const info = await docker.get('/info', Info);
  const upper = await upperDirectory(host, info, inspected);
  const restartPolicy = inspect.HostConfig.RestartPolicy;
  return {
    id,
    upper,
    directory: `${info.DockerRootDir}/containers/${id}`,
    mounts,
    restartPolicy,
    source: inspect,
  };
};

const CreateAnswer: z.ZodType<{ Id: string }> = z.object({ Id: z.string().regex(/^[0-9a-f]{64}$/) });

/** Returns the container's id. */
const createContainer = async ({ host, docker }: DockerHost, plan: Plan, body: object): Promise<string> => {
  const directory = plan.destinationDirectory;
  // Another container could get the final name meanwhile. The temporary one is this migration's alone, so a
  // note of it can never make precopy remove another container.
  const temporaryName = `precopy-${plan.migration}`;
  await noteMadeObject(host, directory, { kind: 'container', name: temporaryName });
  const { Id: id } = await docker.create(
    `/containers/create?name=${encodeURIComponent(temporaryName)}`,
    body,
    CreateAnswer,
  );
  await noteMadeObject(host, directory, { kind: 'container', name: id });
  const name = plan.container.docker?.name ?? temporaryName;
  await docker.send('POST', `/containers/${id}/rename?name=${encodeURIComponent(name)}`);
  return id;
};
