import type { Plan } from '../../engine/model/plan.ts';
import type { DockerHost } from './create.ts';
import type { DockerApi } from './docker-api.ts';
import { ImageInspect } from './inspect.ts';
import { note } from './made.ts';

/**
 * What the new container is to call its image: as the user did, where that stands for the same image, else by its id. An image
 * that was shipped has come without a name and gets it, if the name is still its own on the source and free here.
 */
export const imageReference = async (
  source: Pick<DockerHost, 'docker'>,
  { host, docker }: DockerHost,
  plan: Plan,
): Promise<string> => {
  if (plan.container.docker === undefined) throw new Error('not a Docker container');
  const { id, name } = plan.container.docker.image;
  const named = await imageCalled(docker, name);
  if (named !== undefined) return named === id ? name : id;
  const isTag = !id.includes(name) && !name.includes('@');
  if (plan.docker?.shipImage !== true || !isTag || (await imageCalled(source.docker, name)) !== id) return id;
  const [, repository = name, tag = 'latest'] = /^(.*?)(?::([^:/]+))?$/s.exec(name) ?? [];
  await note(host, plan.destinationDirectory, { kind: 'image', name });
  const query = `repo=${encodeURIComponent(repository)}&tag=${encodeURIComponent(tag)}`;
  await docker.send('POST', `/images/${encodeURIComponent(id)}/tag?${query}`);
  return name;
};

/** Its id. */
const imageCalled = async (docker: DockerApi, name: string): Promise<string | undefined> =>
  (await docker.find(`/images/${encodeURIComponent(name)}/json`, ImageInspect))?.Id;
