import { z } from 'zod';
import { InvalidInput } from '../../engine/model/errors.ts';
import type { Plan } from '../../engine/model/plan.ts';
import type { Host } from '../../engine/ports.ts';
import { createBody, endpointBody, orderedNetworks } from './create-body.ts';
import type { DockerApi } from './docker-api.ts';
import { inspectContainer } from './facts.ts';
import { ImageInspect, Info, Inspect } from './inspect.ts';
import { note } from './made.ts';
import { createNetwork } from './networks.ts';
import { type Place, placeMounts } from './place-mounts.ts';

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
    await note(host, directory, { kind: 'network', name });
    await createNetwork(source.docker, docker, name);
  }
  const places = await placeMounts(source.docker, destination, plan);
  const body = createBody(inspect, facts, await imageReference(docker, facts.image));
  const Answer: z.ZodType<{ Id: string }> = z.object({ Id: z.string().regex(/^[0-9a-f]{64}$/) });
  const { Id: id } = await docker.create(
    `/containers/create?name=${encodeURIComponent(facts.name)}`,
    body,
    Answer,
  );
  // By its id, which nobody else's container can have; its name could be taken at the last moment.
  await note(host, directory, { kind: 'container', name: id });
  for (const network of orderedNetworks(inspect, facts).slice(1)) {
    const attached = { Container: id, EndpointConfig: endpointBody(inspect, network) };
    await docker.send('POST', `/networks/${encodeURIComponent(network.name)}/connect`, attached);
  }
  const made = await docker.get(`/containers/${id}/json`, Inspect);
  const upper = made.GraphDriver.Data?.['UpperDir'];
  if (upper === undefined)
    throw new InvalidInput(`Docker on ${host.name} does not tell where ${id} is written`);
  const { DockerRootDir } = await docker.get('/info', Info);
  const restartPolicy = inspect.HostConfig.RestartPolicy;
  return {
    id,
    upper,
    directory: `${DockerRootDir}/containers/${id}`,
    places,
    restartPolicy,
    source: inspect,
  };
};

/** The name the user gave it, where it stands for the same image. */
const imageReference = async (
  docker: DockerApi,
  { id, name }: { readonly id: string; readonly name: string },
): Promise<string> => {
  const named = await docker.find(`/images/${encodeURIComponent(name)}/json`, ImageInspect);
  if (named !== undefined || name.startsWith('sha256:') || name.includes('@')) {
    return named?.Id === id ? name : id;
  }
  // An image that was shipped has come without its name.
  const [, repository = name, tag = 'latest'] = /^(.*?)(?::([^:/]+))?$/s.exec(name) ?? [];
  const query = `repo=${encodeURIComponent(repository)}&tag=${encodeURIComponent(tag)}`;
  await docker.send('POST', `/images/${encodeURIComponent(id)}/tag?${query}`);
  return name;
};
