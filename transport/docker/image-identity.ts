import { createHash } from 'node:crypto';
import type { DockerImage } from '../../engine/model/docker.ts';
import type { DockerApi } from './docker-api.ts';
import { ImageInspect, ImageList } from './inspect.ts';

/** Settings that a container gets from its image. Docker shows others as well, some of them by version. */
const SETTINGS = [
  'Cmd',
  'Entrypoint',
  'Env',
  'ExposedPorts',
  'Healthcheck',
  'Labels',
  'OnBuild',
  'Shell',
  'StopSignal',
  'User',
  'Volumes',
  'WorkingDir',
] as const;

/**
 * The same for the same image in every image store. Docker's id is not: it is the digest of the configuration with a storage
 * driver, and the digest of a manifest or an index in containerd's store.
 */
export const identityOf = (image: ImageInspect): string => {
  const { Architecture, Os, Variant, Config, Created, RootFS } = image;
  const created = Date.parse(Created ?? '');
  const parts = {
    layers: RootFS.Layers ?? [],
    platform: [Os ?? '', Architecture ?? '', Variant ?? ''],
    // Without a time of creation, one Docker says nothing and another the year 1.
    created: created > 0 ? created : undefined,
    settings: SETTINGS.map((name) => Config?.[name]).map((value) => (isUnset(value) ? null : value)),
  };
  return createHash('sha256').update(JSON.stringify(parts, sorted)).digest('hex');
};

/** Docker shows what is not set as null, as an empty value, or not at all. */
const isUnset = (value: unknown): boolean =>
  value === '' || (typeof value === 'object' && (value === null || Object.keys(value).length === 0));

const sorted = (_name: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
    : value;

export const isSameImage = (image: Pick<DockerImage, 'id' | 'identity'>, there: ImageInspect): boolean =>
  there.Id === image.id || identityOf(there) === image.identity;

/** All images of a Docker, each as its inspect shows it. */
export const inspectImages = async (docker: DockerApi): Promise<readonly ImageInspect[]> => {
  const listed = await docker.get('/images/json?all=true', ImageList);
  const images = await Promise.all(listed.map(({ Id }) => inspectImage(docker, Id)));
  return images.filter((image) => image !== undefined);
};

export const inspectImage = (docker: DockerApi, name: string): Promise<ImageInspect | undefined> =>
  docker.find(`/images/${encodeURIComponent(name)}/json`, ImageInspect);
