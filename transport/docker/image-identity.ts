import { createHash } from 'node:crypto';
import type { DockerImage } from '../../engine/model/docker.ts';
import type { DockerApi } from './docker-api.ts';
import { ImageInspect, ImageList } from './inspect.ts';

/** The settings that a container gets from its image. Docker shows more, depending on its version. */
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
 * Returns a digest that is the same for the same image in every image store. Docker's id is not: with a
 * storage driver it is the digest of the configuration, in containerd's store that of a manifest or an index.
 */
export const identityOf = (image: ImageInspect): string => {
  const { Architecture, Os, Variant, Config, Created, RootFS } = image;
  const created = Date.parse(Created ?? '');
  const parts = {
    layers: RootFS.Layers ?? [],
    platform: [Os ?? '', Architecture ?? '', Variant ?? ''],
    // For an image without a creation time, some versions of Docker show none and others the year 1.
    created: created > 0 ? created : undefined,
    settings: SETTINGS.map((name) => Config?.[name]).map((value) => (isUnset(value) ? null : value)),
  };
  return createHash('sha256').update(JSON.stringify(parts, withSortedKeys)).digest('hex');
};

/** Docker shows an unset setting as null, as an empty value, or not at all. */
const isUnset = (value: unknown): boolean =>
  value === '' || (typeof value === 'object' && (value === null || Object.keys(value).length === 0));

const withSortedKeys = (_name: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
    : value;

export const isSameImage = (image: Pick<DockerImage, 'id' | 'identity'>, candidate: ImageInspect): boolean =>
  candidate.Id === image.id || identityOf(candidate) === image.identity;

/** Inspects all images of a Docker daemon. */
export const inspectImages = async (docker: DockerApi): Promise<readonly ImageInspect[]> => {
  const listed = await docker.get('/images/json?all=true', ImageList);
  const images = await Promise.all(listed.map(({ Id }) => inspectImage(docker, Id)));
  return images.filter((image) => image !== undefined);
};

export const inspectImage = (docker: DockerApi, name: string): Promise<ImageInspect | undefined> =>
  docker.find(`/images/${encodeURIComponent(name)}/json`, ImageInspect);
