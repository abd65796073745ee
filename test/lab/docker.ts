import { z } from 'zod';
import type { Host } from '../../engine/ports/host.ts';
import { dockerApi } from '../../transport/docker/docker-api.ts';
import { type LabHostName, outputOf, sh } from './hosts.ts';
import { precopy } from './precopy.ts';
import { providedLab } from './provided.ts';

export const docker = async (host: Host, ...args: readonly string[]): Promise<string> =>
  (await outputOf(host, 'docker', ...args)).trim();

/** The host's Docker has precopy's runtime, as after `precopy host setup`. */
export const setUpDocker = async (host: LabHostName): Promise<void> => {
  const { exitCode, stderr } = await precopy(
    'host',
    'setup',
    host,
    '--ssh-config',
    providedLab().sshConfig,
    '--yes',
  );
  if (exitCode !== 0) throw new Error(`precopy host setup ${host}: ${stderr}`);
};

const server = ['redis-server', '--save', '', '--protected-mode', 'no', '--enable-debug-command', 'yes'];

/** A redis container that holds `keys` values of about 1 KB each; `options`: as `docker run` takes them. */
export const startDockerRedis = async (
  host: Host,
  name: string,
  keys: number,
  options: readonly string[],
): Promise<void> => {
  await docker(host, 'run', '-d', '--name', name, ...options, 'precopy-lab', ...server);
  await docker(host, 'exec', name, 'redis-cli', 'debug', 'populate', String(keys), 'key', '1000');
};

const Named: z.ZodType<readonly { Name: string }[]> = z.array(z.object({ Name: z.string() }));
const Containers: z.ZodType<readonly { Id: string; Names: readonly string[]; State: string }[]> = z.array(
  z.object({ Id: z.string(), Names: z.array(z.string()), State: z.string() }),
);
const Images: z.ZodType<readonly { Id: string; RepoTags?: readonly string[] | null | undefined }[]> = z.array(
  z.object({ Id: z.string(), RepoTags: z.array(z.string()).nullish() }),
);
const Volumes: z.ZodType<{ Volumes: readonly { Name: string }[] | null }> = z.object({
  Volumes: z.array(z.object({ Name: z.string() })).nullable(),
});
const Policy: z.ZodType<{ HostConfig: { RestartPolicy: { Name: string } } }> = z.object({
  HostConfig: z.object({ RestartPolicy: z.object({ Name: z.string() }) }),
});

/** What Docker has, by its API: one start of its command line takes longer than all of this. */
const everything = async (host: Host) => {
  const api = dockerApi(host);
  const [containers, images, networks, volumes] = await Promise.all([
    api.get('/containers/json?all=1', Containers),
    api.get('/images/json', Images),
    api.get('/networks', Named),
    api.get('/volumes', Volumes),
  ]);
  return { api, containers, images, networks, volumes: volumes.Volumes ?? [] };
};

const ownImage = 'precopy-lab:latest';

/** Removes every container, volume and network, and all images but the lab's own. */
export const clearDocker = async (host: Host): Promise<void> => {
  const { api, containers, images, volumes } = await everything(host);
  await Promise.all(containers.map(({ Id }) => api.send('DELETE', `/containers/${Id}?force=1&v=1`)));
  // With its container, a volume that nobody named may have gone.
  await Promise.all(volumes.map(({ Name }) => api.send('DELETE', `/volumes/${Name}?force=1`)));
  await api.send('POST', '/networks/prune');
  for (const { Id, RepoTags } of images) {
    if (!RepoTags?.includes(ownImage)) await api.send('DELETE', `/images/${Id}?force=1`);
  }
  await host.run({ argv: ['rm', '-rf', '/srv/bound'] });
};

/** Everything Docker has, but for ids and times, as lines to compare before and after. */
export const dockerTraces = async (host: Host): Promise<readonly string[]> => {
  const { api, containers, images, networks, volumes } = await everything(host);
  const policies = containers.map(async ({ Id, Names }) => {
    const { HostConfig } = await api.get(`/containers/${Id}/json`, Policy);
    return `policy ${Names.join()} ${HostConfig.RestartPolicy.Name}`;
  });
  const directories = await sh(host, 'ls -d /run/precopy /run/precopy/* 2>/dev/null; true');
  return [
    ...containers.map(({ Names, State }) => `container ${Names.join().slice(1)} ${State}`),
    ...(await Promise.all(policies)),
    ...networks.map(({ Name }) => `network ${Name}`),
    ...volumes.map(({ Name }) => `volume ${Name}`),
    ...images.map(({ Id, RepoTags }) => `image ${Id} ${RepoTags?.join() ?? ''}`),
    ...directories.trim().split('\n'),
  ].sort();
};
