import type { Host } from '../../engine/ports/host.ts';
import { clearDocker } from '../lab/docker.ts';
import { outputOf, sh } from '../lab/hosts.ts';
import type { Hosts } from './scenario.ts';

const CONFIG = '/etc/docker/daemon.json';

/** Ends dockerd and waits for the next one, which the init of the lab starts. */
const restarting = `old=$(cat /run/docker.pid); kill "$old"; while [ -d "/proc/$old" ]; do sleep 0.3; done
until docker info >/dev/null 2>&1; do sleep 0.5; done
docker image inspect precopy-lab >/dev/null 2>&1 || docker load -q -i /opt/precopy-lab/precopy-lab.tar`;

export const restartDocker = (host: Host): Promise<string> => sh(host, restarting);

// Docker looks for AppArmor when it starts, and criu remembers what it found.
const appArmorOn =
  'mountpoint -q /sys/kernel/security || mount -t securityfs securityfs /sys/kernel/security; rm -f /run/criu.kdat';
const appArmorOff =
  '! mountpoint -q /sys/kernel/security || umount /sys/kernel/security; rm -f /run/criu.kdat';

/** How Docker on a lab host differs from the usual. */
interface Daemon {
  /** Of `daemon.json`; null takes a setting of the lab away. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Docker confines containers by AppArmor. */
  readonly appArmor?: boolean;
}

const restarted = async (
  host: Host,
  usual: object,
  { settings = {}, appArmor = false }: Daemon,
): Promise<void> => {
  await clearDocker(host);
  const all = Object.entries({ ...usual, ...settings }).filter(([, value]) => value !== null);
  await host.writeFile(CONFIG, JSON.stringify(Object.fromEntries(all)), 0o644);
  await sh(host, appArmor ? appArmorOn : appArmorOff);
  await restartDocker(host);
};

/** Does something while Docker of the hosts is so, and makes it as usual again. */
export const withDaemons = async (
  { a, b }: Hosts,
  daemons: { readonly a: Daemon; readonly b: Daemon },
  work: () => Promise<void>,
): Promise<void> => {
  const [usualA, usualB] = await Promise.all([a, b].map((host) => outputOf(host, 'cat', CONFIG)));
  const both = (forA: Daemon, forB: Daemon): Promise<unknown> =>
    Promise.all([restarted(a, JSON.parse(usualA ?? ''), forA), restarted(b, JSON.parse(usualB ?? ''), forB)]);
  try {
    await both(daemons.a, daemons.b);
    await work();
  } finally {
    await both({}, {});
  }
};
