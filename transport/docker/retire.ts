import { setTimeout as sleep } from 'node:timers/promises';
import { CommandFailed } from '../../engine/model/errors.ts';
import type { Plan } from '../../engine/model/plan.ts';
import type { DockerApi } from './docker-api.ts';
import { Inspect } from './inspect.ts';

/** How often Docker is asked whether it has noticed the container's end, half a second apart. */
const LOOKS = 120;

/**
 * What becomes of the source's container once it lives elsewhere: kept, stopped, under a name that says where it went, so
 * that nobody starts it by mistake under the old one (Docker cannot change a label of a container that exists); or removed.
 */
export const retire = async (docker: DockerApi, plan: Plan): Promise<void> => {
  const { id } = plan.container;
  if (!(await hasEnded(docker, id))) throw new Error(`Docker does not notice that ${id} has ended`);
  // Docker itself may remove it (--rm).
  const left = await docker.find(`/containers/${id}/json`, Inspect);
  if (left === undefined) return;
  if (plan.docker?.removeSource === true) return docker.send('DELETE', `/containers/${id}`);
  const name = plan.container.docker?.name ?? id;
  const to = plan.to.replaceAll(/[^\w.-]/g, '-');
  const names = [`${name}-moved-to-${to}`, `${name}-moved-to-${to}-${plan.migration.slice(-6)}`];
  if (!names.includes(left.Name.replace(/^\//, ''))) await rename(docker, id, names);
};

const hasEnded = async (docker: DockerApi, id: string): Promise<boolean> => {
  for (let look = 0; look < LOOKS; look += 1) {
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
      const taken = cause instanceof CommandFailed && cause.exitCode === 409;
      if (!taken || name === names.at(-1)) throw cause;
    }
  }
};
