import { setTimeout as sleep } from 'node:timers/promises';
import { CommandFailed } from '../../engine/model/errors.ts';
import type { Plan } from '../../engine/model/plan.ts';
import type { DockerApi } from './docker-api.ts';
import { Inspect } from './inspect.ts';

/** Attempts to see the container's end in Docker, half a second apart. */
const ATTEMPTS = 120;

/**
 * Renames or removes the source's container after the migration. The new name says where the container went,
 * so that nobody starts the stopped container by its old name. (Docker cannot change labels of an existing
 * container.)
 */
export const retire = async (docker: DockerApi, plan: Plan): Promise<void> => {
  const { id } = plan.container;
  if (!(await hasEnded(docker, id)))
    throw new Error(
      `Docker still shows container ${id} as running after 60 s, although its processes have ended`,
    );
  // Docker itself removes a container that was started with --rm.
  const ended = await docker.find(`/containers/${id}/json`, Inspect);
  if (ended === undefined) return;
  if (plan.docker?.removeSource === true) return docker.send('DELETE', `/containers/${id}`);
  const name = plan.container.docker?.name ?? id;
  const to = plan.to.replaceAll(/[^\w.-]/g, '-');
  const names = [`${name}-moved-to-${to}`, `${name}-moved-to-${to}-${plan.migration.slice(-6)}`];
  if (!names.includes(ended.Name.replace(/^\//, ''))) await rename(docker, id, names);
};

const hasEnded = async (docker: DockerApi, id: string): Promise<boolean> => {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const found = await docker.find(`/containers/${id}/json`, Inspect);
    if (found === undefined || !['running', 'paused'].includes(found.State.Status)) return true;
    await sleep(500);
  }
  return false;
};

const rename = async (docker: DockerApi, id: string, names: readonly string[]): Promise<void> => {
  for (const name of names) {
    try {
      await docker.send('POST', `/containers/${id}/rename?name=${encodeURIComponent(name)}`);
      return;
    } catch (cause) {
      const isNameInUse = cause instanceof CommandFailed && cause.exitCode === 409;
      if (!isNameInUse || name === names.at(-1)) throw cause;
    }
  }
};
