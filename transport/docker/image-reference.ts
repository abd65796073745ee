import type { DockerImage } from '../../engine/model/docker.ts';
import type { Plan } from '../../engine/model/plan.ts';
import type { DockerHost } from './create.ts';
import type { DockerApi } from './docker-api.ts';
import { inspectImage, inspectImages, isSameImage } from './image-identity.ts';
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
  const { image } = plan.container.docker;
  const { name } = image;
  const named = await inspectImage(docker, name);
  if (named !== undefined && isSameImage(image, named)) return name;
  const id = await idThere(docker, image);
  if (named !== undefined) return id;
  const isTag = !image.id.includes(name) && !name.includes('@');
  if (plan.docker?.shipImage !== true || !isTag) return id;
  if ((await inspectImage(source.docker, name))?.Id !== image.id) return id;
  const [, repository = name, tag = 'latest'] = /^(.*?)(?::([^:/]+))?$/s.exec(name) ?? [];
  await note(host, plan.destinationDirectory, { kind: 'image', name });
  const query = `repo=${encodeURIComponent(repository)}&tag=${encodeURIComponent(tag)}`;
  await docker.send('POST', `/images/${encodeURIComponent(id)}/tag?${query}`);
  return name;
};

/** The id of the same image there. */
const idThere = async (docker: DockerApi, image: DockerImage): Promise<string> => {
  if ((await inspectImage(docker, image.id)) !== undefined) return image.id;
  const all = await inspectImages(docker);
  // Where none is, Docker says so.
  return all.find((each) => isSameImage(image, each))?.Id ?? image.id;
};
