import { setTimeout as sleep } from 'node:timers/promises';
import { LabError } from './lab-error.ts';
import type { Qmp } from './qmp.ts';

/**
 * The wire between the hosts is a socket that one listens on and the other connects to. A host whose card leads nowhere holds
 * its packets back for good, while one that listens with nobody at the other end loses them, as on a real wire. So a host
 * gets its new end before it loses an old one, and listens if there is nobody to connect to.
 */
const plug = async (qmp: Qmp, end: 'listening' | 'connected'): Promise<void> => {
  const addr = { type: 'unix', path: 'wire' };
  await qmp.execute('netdev_add', { type: 'stream', id: end, server: end === 'listening', addr });
  await qmp.execute('netdev_add', { type: 'hubport', id: `${end}-port`, hubid: 0, netdev: end });
};

const unplug = async (qmp: Qmp, end: 'connected'): Promise<void> => {
  await qmp.execute('netdev_del', { id: `${end}-port` });
  await qmp.execute('netdev_del', { id: end });
};

/** qemu answers before a listener listens, so a first try may come too early; the card then leads nowhere for good. */
const connect = async (qmp: Qmp): Promise<void> => {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    await plug(qmp, 'connected');
    if (await hasConnected(qmp)) return;
    await unplug(qmp, 'connected');
    await sleep(50);
  }
  throw new LabError('the hosts cannot be connected: nobody listens at the other end of the wire');
};

const ATTEMPTS = 40;

/** qemu connects beside its other work, and notes the outcome. */
const hasConnected = async (qmp: Qmp): Promise<boolean> => {
  for (let look = 0; look < ATTEMPTS; look += 1) {
    const network = await networkOf(qmp);
    if (/connected-port: connected: .*unix:wire/.test(network)) return true;
    if (/connected-port: connected: .*error/.test(network)) return false;
    await sleep(50);
  }
  return false;
};

const networkOf = async (qmp: Qmp): Promise<string> => {
  const network = await qmp.execute('human-monitor-command', { 'command-line': 'info network' });
  if (typeof network !== 'string') throw new LabError('qemu does not say what the host is connected to');
  return network;
};

/** Connects two new hosts. */
export const layWire = async (a: Qmp, b: Qmp): Promise<void> => {
  await plug(a, 'listening');
  await connect(b);
};

/** Connects a new host to one that ran on alone, or to nobody yet. */
export const joinWire = async (joining: Qmp, other: Qmp | undefined): Promise<void> => {
  if (other === undefined) return plug(joining, 'listening');
  if (!(await isListening(other))) {
    await plug(other, 'listening');
    // Its other end died with the host it led to.
    await unplug(other, 'connected');
  }
  await connect(joining);
};

/** A listener takes the next connection by itself once one is lost. */
const isListening = async (qmp: Qmp): Promise<boolean> =>
  (await networkOf(qmp)).includes('listening-port: listening:');

export type LinkState = 'up' | 'down';

/** Pulls a host's card off the wire, or puts it back: the host sees that it lost its carrier, the other one does not. */
export const setCarrier = async (qmp: Qmp, state: LinkState): Promise<void> => {
  await qmp.execute('set_link', { name: 'eth1', up: state === 'up' });
};
