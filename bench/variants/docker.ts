import { millis } from '../../engine/model/units.ts';
import type { Host } from '../../engine/ports/host.ts';
import { byHand } from './by-hand.ts';
import { removeCriuConfig, writeCriuConfig } from './criu-config.ts';
import { partsOfMarks } from './parts.ts';
import { CONTAINER, type Variant } from './variant.ts';

/** Docker has checkpoints only where it was told to be experimental, and reads that when it starts. */
const beExperimental = `
experimental() { [ "$(docker version -f '{{.Server.Experimental}}' 2>/dev/null)" = true ]; }
experimental && exit
echo '{ "storage-driver": "overlay2", "experimental": true }' >/etc/docker/daemon.json
kill "$(cat /run/docker.pid)"
for i in $(seq 240); do sleep 0.5; experimental && exit; done
exit 1`;

const load = 'docker image inspect "$1" || docker load -q -i "/opt/precopy-lab/$1.tar"';

const clear =
  'docker rm -fv "$1" $(docker ps -aq --filter "name=^/$1"); docker rmi -f moved:latest; rm -rf /run/bench /run/bench.conf; true';

const on = async (host: Host, script: string, ...values: readonly string[]): Promise<void> => {
  await host.run({
    argv: ['bash', '-c', `{ ${script}\n} >/dev/null`, 'bash', ...values],
    timeout: millis(180_000),
  });
};

/** As it is scripted with Docker alone: `docker checkpoint`, the image by save and load, `docker start --checkpoint`. */
export const docker: Variant = {
  name: 'docker',
  endsOn: 'b',
  setUp: async ({ a, b }) => {
    await Promise.all([a, b].map((host) => on(host, beExperimental)));
  },
  start: async ({ a, b }, { args, image, port }) => {
    await Promise.all([a, b].map(writeCriuConfig));
    await Promise.all([a, b].map((host) => on(host, load, image)));
    await on(a, 'docker run -d --name "$1" -p "$2:$2" "${@:3}"', CONTAINER, String(port), image, ...args);
  },
  migrate: async (scene, { args, port }) => {
    const marks = await byHand(scene, 'docker', CONTAINER, String(port), ...args);
    return { parts: (gap, connecting) => partsOfMarks(marks, gap, connecting) };
  },
  remove: async ({ a, b }) => {
    await Promise.all([a, b].map((host) => on(host, `{ ${clear}; } 2>&1`, CONTAINER)));
    await Promise.all([a, b].map(removeCriuConfig));
  },
};
