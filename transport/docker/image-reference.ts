import type { DockerImage } from '../../engine/model/docker.ts';
import type { Plan } from '../../engine/model/plan.ts';
import type { DockerHost } from './create.ts';
import type { DockerApi } from './docker-api.ts';
import { inspectImage, inspectImages, isSameImage } from './image-identity.ts';
import { noteMadeObject } from './made-objects.ts';

/**
 * Returns the reference of the new container to its image: the user's name, if it means the same image on the
 * destination, else the id. A shipped image arrives without a name. It gets the name if the name still means
 * this image on the source and is free on the destination.
 */
export const imageReference = async (
  source: Pick<DockerHost, 'docker'>,
  { host, docker }: DockerHost,
  plan: Plan,
): Promise<string> => {
  if (plan.container.docker === undefined) throw new Error('not a Docker container');
  const { image } = plan.container.docker;
  const { name } = image;
  const imageOfThatName = await inspectImage(docker, name);
  if (imageOfThatName !== undefined && isSameImage(image, imageOfThatName)) return name;
  const id = await imageIdOn(docker, image);
  if (imageOfThatName !== undefined) return id;
  const isTag = !image.id.includes(name) && !name.includes('@');
  if (plan.docker?.shipImage !== true || !isTag) return id;
  if ((await inspectImage(source.docker, name))?.Id !== image.id) return id;
  const [, repository = name, tag = 'latest'] = /^(.*?)(?::([^:/]+))?$/s.exec(name) ?? [];
  await noteMadeObject(host, plan.destinationDirectory, { kind: 'image', name });
  const query = `repo=${encodeURIComponent(repository)}&tag=${encodeURIComponent(tag)}`;
  await docker.send('POST', `/images/${encodeURIComponent(id)}/tag?${query}`);
  return name;
};

/** Returns the id of the same image on the destination. */
const imageIdOn = async (docker: DockerApi, image: DockerImage): Promise<string> => {
  if ((await inspectImage(docker, image.id)) !== undefined) return image.id;
  const all = await inspectImages(docker);
  // When the image is missing, Docker rejects the creation with this id in its message.
  return all.find((each) => isSameImage(image, each))?.Id ?? image.id;
};
