import { readHostDaemon } from '../../transport/docker/host-daemon.ts';
import { setUpHost, setupOf } from '../../transport/docker/host-setup.ts';
import { removeCriuConfig } from './criu-config.ts';
import { docker } from './docker.ts';
import { migrateWithPrecopy } from './precopy.ts';
import type { Variant } from './variant.ts';

/** precopy with the container that `docker` moves: what Docker itself takes at a start is the same in both. */
export const precopyOfDocker: Variant = {
  name: 'precopy-docker',
  endsOn: 'b',
  setUp: async (scene) => {
    await docker.setUp(scene);
    const change = setupOf(await readHostDaemon(scene.b));
    if (change !== undefined) await setUpHost(scene.b, change);
  },
  start: async (scene, server) => {
    await docker.start(scene, server);
    // precopy has its own.
    await Promise.all([scene.a, scene.b].map(removeCriuConfig));
  },
  migrate: (scene, _server, options) => migrateWithPrecopy(scene, ['--remove-source', ...options]),
  remove: docker.remove,
};
