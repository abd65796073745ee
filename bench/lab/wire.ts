import type { HostName } from './hosts.ts';
import { LabError } from './lab-error.ts';
import type { Qmp } from './qmp.ts';

const SOCKET = 'wire';

/** One end of the wire between the hosts: a listens, b connects. */
const plug = async (host: HostName, qmp: Qmp): Promise<void> => {
  const addr = { type: 'unix', path: SOCKET };
  await qmp.execute('netdev_add', { type: 'stream', id: 'wire', server: host === 'a', addr });
  await qmp.execute('netdev_add', { type: 'hubport', id: 'wire-end', hubid: 0, netdev: 'wire' });
};

/** An end may be there or not: a host that was off has none. */
const unplug = async (qmp: Qmp): Promise<void> => {
  for (const id of ['wire-end', 'wire'])
    await qmp.execute('netdev_del', { id }).catch((error: unknown) => {
      if (!(error instanceof LabError)) throw error;
    });
};

/** Lays the wire between two hosts, anew if need be: an end that lost its other end does not find it again by itself. */
export const layWire = async (a: Qmp, b: Qmp): Promise<void> => {
  await Promise.all([unplug(a), unplug(b)]);
  await plug('a', a);
  await plug('b', b);
};

export type LinkState = 'up' | 'down';

/** Pulls a host's card off the wire, or puts it back: the host sees that it lost its carrier, the other one does not. */
export const setCarrier = async (qmp: Qmp, state: LinkState): Promise<void> => {
  await qmp.execute('set_link', { name: 'eth1', up: state === 'up' });
};
