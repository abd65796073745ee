import { posix } from 'node:path';
import type { DockerMount, MountFate } from '../../engine/model/docker.ts';
import type { Plan } from '../../engine/model/plan.ts';
import type { Host } from '../../engine/ports/host.ts';
import type { DockerHost } from './create.ts';
import type { DockerApi } from './docker-api.ts';
import { VolumeInspect } from './inspect.ts';
import { noteMadeObject } from './made-objects.ts';

/** A mount's content on the destination. */
export interface ProvidedMount {
  readonly mount: DockerMount;
  readonly fate: MountFate;
  readonly path: string;
}

/** Creates the volumes and directories that the destination lacks. Notes each before. */
export const provideMounts = async (
  source: DockerHost,
  destination: DockerHost,
  plan: Plan,
): Promise<readonly ProvidedMount[]> => {
  const fates = new Map(plan.docker?.mounts.map(({ name, fate }) => [name, fate]));
  const provided: ProvidedMount[] = [];
  for (const mount of plan.container.docker?.mounts ?? []) {
    const fate = fates.get(mount.name) ?? 'leave';
    if (mount.kind === 'volume') {
      provided.push({ mount, fate, path: await provideVolume(source.docker, destination, plan, mount.name) });
    } else if (mount.kind === 'bind') {
      if (fate === 'copy') await provideBindSource(source.host, destination.host, plan, mount.source);
      provided.push({ mount, fate, path: mount.source });
    }
  }
  return provided;
};

const provideVolume = async (
  source: DockerApi,
  { host, docker }: DockerHost,
  plan: Plan,
  name: string,
): Promise<string> => {
  const path = `/volumes/${encodeURIComponent(name)}`;
  const existing = await docker.find(path, VolumeInspect);
  if (existing !== undefined) return existing.Mountpoint;
  const original = await source.get(path, VolumeInspect);
  await noteMadeObject(host, plan.destinationDirectory, { kind: 'volume', name });
  const body = {
    Name: original.Name,
    Driver: original.Driver,
    ...(original.Options === null ? {} : { DriverOpts: original.Options }),
    Labels: original.Labels ?? {},
  };
  const created = await docker.create('/volumes/create', body, VolumeInspect);
  return created.Mountpoint;
};

/** Makes an empty directory or file at a path that does not exist: Docker binds only existing paths. */
const provideBindSource = async (source: Host, host: Host, plan: Plan, path: string): Promise<void> => {
  const missing =
    'top=; at=$1; while [ ! -e "$at" ] && [ ! -L "$at" ]; do top=$at; at=$(dirname -- "$at"); done; printf %s "$top"';
  const { stdout: top } = await host.run({ argv: ['sh', '-c', missing, 'sh', path] });
  if (top === '') return;
  await noteMadeObject(host, plan.destinationDirectory, { kind: 'directory', name: top });
  const { exitCode } = await source.probe({ argv: ['test', '-d', path] });
  await host.run({ argv: ['mkdir', '-p', '--', exitCode === 0 ? path : posix.dirname(path)] });
  if (exitCode !== 0) await host.run({ argv: ['touch', '--', path] });
};
