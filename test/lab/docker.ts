import { inject } from 'vitest';
import type { Host } from '../../engine/ports.ts';
import { type LabHostName, outputOf, sh } from './hosts.ts';
import { precopy } from './precopy.ts';

export const docker = async (host: Host, ...args: readonly string[]): Promise<string> =>
  (await outputOf(host, 'docker', ...args)).trim();

/** The host's Docker has precopy's runtime, as after `precopy host setup`. */
export const setUpDocker = async (host: LabHostName): Promise<void> => {
  const { exitCode, stderr } = await precopy(
    'host',
    'setup',
    host,
    '--ssh-config',
    inject('lab').sshConfig,
    '--yes',
  );
  if (exitCode !== 0) throw new Error(`precopy host setup ${host}: ${stderr}`);
};

const clear = [
  'docker rm -fv $(docker ps -aq)',
  'docker volume rm $(docker volume ls -q)',
  'docker network prune -f',
  'docker rmi $(docker images --format "{{.ID}} {{.Repository}}" | grep -v " precopy-lab$" | cut -d" " -f1)',
  'rm -rf /srv/bound',
].join('; ');

/** Removes every container, volume and network, and all images but the lab's own. */
export const clearDocker = async (host: Host): Promise<void> => {
  await sh(host, `{ ${clear}; } >/dev/null 2>&1; true`);
};

/** Everything Docker has, but for ids and times, as lines to compare before and after. */
export const dockerTraces = async (host: Host): Promise<readonly string[]> => {
  const list = [
    'docker ps -a --format "container {{.Names}} {{.State}}"',
    'docker inspect --format "policy {{.Name}} {{.HostConfig.RestartPolicy.Name}}" $(docker ps -aq) 2>/dev/null',
    'docker network ls --format "network {{.Name}}"',
    'docker volume ls --format "volume {{.Name}}"',
    'docker images --format "image {{.ID}} {{.Repository}}:{{.Tag}}"',
    'ls -d /run/precopy /run/precopy/* 2>/dev/null',
    'true',
  ].join('; ');
  return (await sh(host, list)).trimEnd().split('\n').sort();
};
