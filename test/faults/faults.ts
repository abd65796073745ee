import type { Suite } from '../../bench/lab/index.ts';
import type { Host } from '../../engine/ports/host.ts';
import { sh } from '../lab/hosts.ts';
import type { Runtime, Scene } from './scene.ts';
import type { Step } from './steps.ts';

/** Something that goes wrong, and how that is put right again, but for what it did to the migration. */
export interface Fault {
  readonly name: string;
  /** Where it can come at all. */
  readonly at: readonly Step[];
  /** Whose containers it can befall; all, where it does not say. */
  readonly runtimes?: readonly Runtime[];
  /** On which stacks it can come; all, where it does not say. */
  readonly suites?: readonly Suite[];
  /** Where images lie; in memory, where it does not say. */
  readonly imagesDirectory?: string;
  strike(scene: Scene): Promise<void>;
  /** Once the controller has ended, or cannot be waited for. */
  heal?(scene: Scene): Promise<void>;
}

const everywhere: readonly Step[] = ['round', 'frozen', 'restoring', 'committed'];

const pause = (seconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, seconds * 1000));

/** Kills every process that this says, once there is one: what strikes nobody is no fault. */
const kill = async (host: Host, ...which: readonly ['-x' | '-f', string]): Promise<void> => {
  const until = 'for look in $(seq 300); do pkill -9 "$1" -- "$2" && exit; sleep 0.1; done; exit 1';
  await sh(host, until, ...which);
};

/** Docker as it is run where containers are to outlive a restart of its daemon; init starts it again. */
const restartDocker = [
  'config=/etc/docker/daemon.json',
  'grep -q live-restore "$config" || sed -i "0,/{/s//{ \\"live-restore\\": true,/" "$config"',
  'pid=$(pgrep -x dockerd); kill -HUP "$pid"; sleep 1; kill -TERM "$pid"',
  'until now=$(pgrep -x dockerd) && [ "$now" != "$pid" ] && docker info >/dev/null 2>&1; do sleep 0.5; done',
].join('; ');

const asBefore =
  'sed -i "s/ \\"live-restore\\": true,//" /etc/docker/daemon.json; kill -HUP "$(pgrep -x dockerd)"';

const dockerRestarted = (where: string, host: 'a' | 'b'): Fault => ({
  name: `dockerd on the ${where} restarted`,
  runtimes: ['docker'],
  at: everywhere,
  strike: async ({ hosts }) => {
    await sh(hosts[host], restartDocker);
  },
  heal: async ({ hosts }) => {
    await sh(hosts[host], asBefore);
  },
});

/** To the last page that is given out, also where pages come or go meanwhile. */
const fillUp = [
  'free() { df --output=avail -B1 /run | tail -n 1; }',
  'at=0; size=$(free)',
  'while [ "$size" -ge 4096 ]; do',
  '  if fallocate -o "$at" -l "$size" /run/filler 2>/dev/null; then at=$((at + size)); size=$(free)',
  '  else size=$((size / 8192 * 4096)); fi',
  'done',
].join('\n');

const cutForever: Fault = {
  name: 'link cut for ever',
  at: everywhere,
  strike: async ({ lab }) => lab.setLink('b', 'down'),
  heal: async ({ lab }) => lab.setLink('b', 'up'),
};

export const faults: readonly Fault[] = [
  {
    name: 'controller killed',
    at: everywhere,
    strike: async ({ controller }) => controller.signal('SIGKILL'),
  },
  {
    name: "source's keeper killed",
    at: ['frozen', 'restoring', 'committed'],
    strike: ({ hosts }) => kill(hosts.a, '-f', '[p]recopy-final-dump'),
  },
  {
    name: 'criu on the source killed',
    at: ['round', 'frozen', 'restoring'],
    strike: ({ hosts }) => kill(hosts.a, '-x', 'criu'),
  },
  {
    name: 'criu on the destination killed',
    at: everywhere,
    strike: ({ hosts }) => kill(hosts.b, '-x', 'criu'),
  },
  {
    name: "destination's keeper killed",
    at: everywhere,
    strike: ({ hosts }) => kill(hosts.b, '-f', '[p]recopy-parked-'),
  },
  {
    name: 'runc on the destination killed',
    runtimes: ['runc'],
    at: ['restoring', 'committed'],
    strike: ({ hosts }) => kill(hosts.b, '-f', '^runc .*[ ]restore --'),
  },
  {
    // Which becomes runc once it restores.
    name: 'wrapper on the destination killed',
    runtimes: ['docker'],
    at: everywhere,
    strike: ({ hosts }) => kill(hosts.b, '-f', '[d]ocker-runtime .*(create|start) |^runc .*[ ]restore --'),
  },
  {
    // Which has the container's network, and becomes runc once it restores. Docker up to 27 needs none.
    name: 'holder on the destination killed',
    runtimes: ['docker'],
    suites: ['forky'],
    at: ['round', 'frozen'],
    strike: ({ hosts }) => kill(hosts.b, '-f', '[p]recopy-holder'),
  },
  {
    name: 'link cut for 30 s',
    at: everywhere,
    strike: async ({ lab }) => {
      await lab.setLink('b', 'down');
      await pause(30);
      await lab.setLink('b', 'up');
    },
  },
  cutForever,
  dockerRestarted('source', 'a'),
  dockerRestarted('destination', 'b'),
  {
    name: 'destination powered off',
    at: ['round', 'frozen', 'restoring'],
    strike: async ({ lab }) => lab.powerOff('b'),
    heal: async ({ lab }) => lab.powerOn('b'),
  },
  {
    name: 'destination powered off, images on a disk',
    imagesDirectory: '/var/lib/precopy',
    at: ['restoring', 'committed'],
    strike: async ({ lab }) => lab.powerOff('b'),
    heal: async ({ lab }) => lab.powerOn('b'),
  },
  {
    name: 'source powered off',
    at: ['committed'],
    strike: async ({ lab }) => lab.powerOff('a'),
    heal: async ({ lab }) => lab.powerOn('a'),
  },
  {
    name: 'disk of the destination full',
    at: everywhere,
    strike: async ({ hosts }) => {
      await sh(hosts.b, fillUp);
    },
    heal: async ({ hosts }) => {
      await sh(hosts.b, 'rm -f /run/filler');
    },
  },
];
