import type { DockerEngine, DockerFacts, DockerPlace, MountPlace } from '../../engine/model/docker.ts';
import { CommandFailed, InvalidInput } from '../../engine/model/errors.ts';
import type { Host } from '../../engine/ports/host.ts';
import { compareNetworks } from './compare-networks.ts';
import type { DockerApi } from './docker-api.ts';
import { readEngine } from './engine.ts';
import { readWrapperState } from './host-setup.ts';
import { inspectImage, inspectImages, isSameImage } from './image-identity.ts';
import { Info, Inspect, VolumeInspect } from './inspect.ts';
import { portsInUse } from './ports-in-use.ts';
import { CONTAINERD_STORE } from './upper-directory.ts';

const withoutDocker: DockerPlace = {
  engine: undefined,
  wrapper: 'missing',
  ctr: false,
  nameTaken: false,
  image: 'absent',
  imageNamedAlike: undefined,
  layersPresent: 0,
  networks: [],
  takenPorts: [],
  mounts: [],
};

/** Reads what the destination's Docker has, or lacks, for this container. Changes nothing. */
export const readDestinationFacts = async (
  host: Host,
  docker: DockerApi,
  facts: DockerFacts,
  signal?: AbortSignal,
): Promise<DockerPlace> => {
  const engine = await readEngine(host, docker, signal).catch((cause: unknown) => {
    // Without an exit code there was no answer: Docker does not run.
    if (cause instanceof CommandFailed && cause.exitCode === undefined) return undefined;
    throw cause;
  });
  if (engine === undefined) return withoutDocker;
  const [wrapper, ctr, named, images, networks, ports, mounts] = await Promise.all([
    wrapperStateOrMissing(host, signal),
    hasCtr(host, signal),
    docker.find(`/containers/${encodeURIComponent(facts.name)}/json`, Inspect),
    readImageState(docker, facts, engine),
    compareNetworks(docker, facts),
    portsInUse(host, facts.ports, signal),
    readMountStates(host, docker, facts, signal),
  ]);
  const nameTaken = named?.Name === `/${facts.name}`;
  return { engine, wrapper, ctr, nameTaken, ...images, networks, takenPorts: ports, mounts };
};

const wrapperStateOrMissing = async (host: Host, signal?: AbortSignal): Promise<DockerPlace['wrapper']> => {
  try {
    return await readWrapperState(host, signal);
  } catch (cause) {
    if (cause instanceof InvalidInput) return 'missing';
    throw cause;
  }
};

const hasCtr = async (host: Host, signal?: AbortSignal): Promise<boolean> =>
  (await host.probe({ argv: ['sh', '-c', 'command -v ctr'] }, signal)).exitCode === 0;

const readImageState = async (
  docker: DockerApi,
  { image }: DockerFacts,
  { storageDriver }: DockerEngine,
): Promise<Pick<DockerPlace, 'image' | 'imageNamedAlike' | 'layersPresent'>> => {
  const [same, named] = await Promise.all([image.id, image.name].map((name) => inspectImage(docker, name)));
  const isNamed = named !== undefined && isSameImage(image, named);
  const imageNamedAlike = isNamed ? undefined : named?.Id;
  const present = { image: 'present', imageNamedAlike, layersPresent: image.layers.length } as const;
  if (same !== undefined || isNamed) return present;
  const all = await inspectImages(docker);
  if (all.some((each) => isSameImage(image, each))) return present;
  // containerd's store finds a layer by the digest of the layer as it was sent, perhaps compressed.
  const layers =
    storageDriver === CONTAINERD_STORE
      ? []
      : all.map(({ RootFS }) => commonPrefix(image.layers, RootFS.Layers ?? []));
  return { image: 'absent', imageNamedAlike, layersPresent: Math.max(0, ...layers) };
};

/** A layer counts only on top of the same layers: Docker identifies a layer by the whole chain below it. */
const commonPrefix = (wanted: readonly string[], present: readonly string[]): number => {
  const differs = wanted.findIndex((layer, index) => layer !== present[index]);
  return differs === -1 ? wanted.length : differs;
};

const readMountStates = (
  host: Host,
  docker: DockerApi,
  { mounts }: DockerFacts,
  signal?: AbortSignal,
): Promise<readonly MountPlace[]> =>
  Promise.all(
    mounts
      .filter(({ kind }) => kind !== 'other')
      .map(async ({ kind, name, driver, source }): Promise<MountPlace> => {
        if (kind === 'bind') return { name, state: await readContentState(host, source, signal) };
        const volume = await docker.find(`/volumes/${encodeURIComponent(name)}`, VolumeInspect);
        if (volume !== undefined)
          return { name, state: await readContentState(host, volume.Mountpoint, signal) };
        const { Plugins } = await docker.get('/info', Info);
        return { name, state: (Plugins.Volume ?? []).includes(driver) ? 'absent' : 'driver-missing' };
      }),
  );

const readContentState = async (
  host: Host,
  path: string,
  signal?: AbortSignal,
): Promise<'absent' | 'empty' | 'has-content'> => {
  const script =
    'if [ ! -e "$1" ]; then echo absent; elif [ -d "$1" ] && [ -z "$(ls -A -- "$1" | head -c 1)" ]; then echo empty; else echo has-content; fi';
  const { stdout } = await host.run({ argv: ['sh', '-c', script, 'sh', path] }, signal);
  const state = stdout.trim();
  return state === 'absent' || state === 'empty' ? state : 'has-content';
};
