import { posix } from 'node:path';
import type { DockerMount, MountFate } from '../../engine/model/docker.ts';
import type { Plan } from '../../engine/model/plan.ts';
import type { Host } from '../../engine/ports/host.ts';
import type { DockerHost } from './create.ts';
import type { DockerApi } from './docker-api.ts';
import { VolumeInspect } from './inspect.ts';
import { note } from './made.ts';

/** Where a mount's content belongs on the destination. */
export interface Place {
  readonly mount: DockerMount;
  readonly fate: MountFate;
  readonly path: string;
}

/** Provides every volume and directory the container mounts; what was missing is made, and noted before. */
export const placeMounts = async (
  source: DockerHost,
  destination: DockerHost,
  plan: Plan,
): Promise<readonly Place[]> => {
  const fates = new Map(plan.docker?.mounts.map(({ name, fate }) => [name, fate]));
  const places: Place[] = [];
  for (const mount of plan.container.docker?.mounts ?? []) {
    const fate = fates.get(mount.name) ?? 'leave';
    if (mount.kind === 'volume') {
      places.push({ mount, fate, path: await placeVolume(source.docker, destination, plan, mount.name) });
    } else if (mount.kind === 'bind') {
      if (fate === 'copy') await placeBind(source.host, destination.host, plan, mount.source);
      places.push({ mount, fate, path: mount.source });
    }
  }
  return places;
};

const placeVolume = async (
  source: DockerApi,
  { host, docker }: DockerHost,
  plan: Plan,
  name: string,
): Promise<string> => {
  const path = `/volumes/${encodeURIComponent(name)}`;
  const there = await docker.find(path, VolumeInspect);
  if (there !== undefined) return there.Mountpoint;
  const here = await source.get(path, VolumeInspect);
  await note(host, plan.destinationDirectory, { kind: 'volume', name });
  const body = {
    Name: here.Name,
    Driver: here.Driver,
    ...(here.Options === null ? {} : { DriverOpts: here.Options }),
    Labels: here.Labels ?? {},
  };
  const made = await docker.create('/volumes/create', body, VolumeInspect);
  return made.Mountpoint;
};

/** An empty directory or file where nothing is: Docker binds only what is there. */
const placeBind = async (source: Host, host: Host, plan: Plan, path: string): Promise<void> => {
  const missing =
    'top=; at=$1; while [ ! -e "$at" ] && [ ! -L "$at" ]; do top=$at; at=$(dirname -- "$at"); done; printf %s "$top"';
  const { stdout: top } = await host.run({ argv: ['sh', '-c', missing, 'sh', path] });
  if (top === '') return;
  await note(host, plan.destinationDirectory, { kind: 'directory', name: top });
  const { exitCode } = await source.probe({ argv: ['test', '-d', path] });
  await host.run({ argv: ['mkdir', '-p', '--', exitCode === 0 ? path : posix.dirname(path)] });
  if (exitCode !== 0) await host.run({ argv: ['touch', '--', path] });
};
