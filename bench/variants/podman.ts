import { millis } from '../../engine/model/units.ts';
import type { Host } from '../../engine/ports/host.ts';
import { byHand } from './by-hand.ts';
import { removeCriuConfig, writeCriuConfig } from './criu-config.ts';
import { partsOfMarks } from './parts.ts';
import { CONTAINER, type Variant } from './variant.ts';

const named = (image: string): string => `localhost/${image}:latest`;

const on = async (host: Host, script: string, ...values: readonly string[]): Promise<void> => {
  const command =
    'podman() { command podman --cgroup-manager cgroupfs --events-backend file --runtime runc "$@"; }';
  const argv = ['bash', '-c', `${command}\n{ ${script}\n} >/dev/null`, 'bash', ...values] as const;
  await host.run({ argv, timeout: millis(180_000) });
};

/** Podman's own migration: `--pre-checkpoint`, then `--with-previous`, with runc beneath as everywhere here. */
export const podman: Variant = {
  name: 'podman',
  endsOn: 'b',
  setUp: async () => {},
  start: async ({ a, b }, { args, image }) => {
    await Promise.all([a, b].map(writeCriuConfig));
    const load = 'podman image exists "$1" || podman load -q -i "/opt/precopy-lab/$2.tar"';
    await Promise.all([a, b].map((host) => on(host, load, named(image), image)));
    await on(a, 'podman run -d --name "$1" --network host "${@:2}"', CONTAINER, named(image), ...args);
  },
  migrate: async (scene) => {
    const marks = await byHand(scene, 'podman', CONTAINER);
    return { parts: (gap, connecting) => partsOfMarks(marks, gap, connecting) };
  },
  remove: async ({ a, b }) => {
    const clear = '{ podman rm -f -t 0 "$1"; rm -rf /run/bench /run/bench.conf; true; } 2>&1';
    await Promise.all([a, b].map((host) => on(host, clear, CONTAINER)));
    await Promise.all([a, b].map(removeCriuConfig));
  },
};
