import { setTimeout as sleep } from 'node:timers/promises';
import { readImage } from './cache.ts';
import { addresses, type HostName, onBoth } from './hosts.ts';
import { labDirectory } from './lab-directory.ts';
import { LabError } from './lab-error.ts';
import { type LabRecord, readLabRecord, writeLabRecord } from './lab-record.ts';
import { boot } from './power-on.ts';
import { endRecorded, readRecord } from './process-record.ts';
import { isAlive } from './processes.ts';
import { publishPort } from './published-port.ts';
import type { Qmp } from './qmp.ts';
import type { Suite } from './recipe.ts';
import { removeLab } from './remove-lab.ts';
import { controlHost, processRecordOf } from './run-host.ts';
import { sshConfigOf } from './ssh-access.ts';
import { type Start, startHosts } from './start-hosts.ts';
import { type LinkState, setCarrier } from './wire.ts';

export interface LabHost {
  /** As in the ssh configuration. */
  readonly name: HostName;
  /** Where the other host reaches it. */
  readonly address: string;
}

/** Two running hosts. */
export interface Lab {
  readonly name: string;
  readonly suite: Suite;
  /** Makes ssh find the hosts `a` and `b`, and check that it is they. */
  readonly sshConfig: string;
  readonly hosts: Readonly<Record<HostName, LabHost>>;
  /** Takes a host's card off the wire between the hosts, or puts it back. ssh from this machine goes another way. */
  setLink(host: HostName, state: LinkState): Promise<void>;
  /** A port of this machine's loopback that leads to one of the host's; gone with the lab. */
  publish(host: HostName, port: number): Promise<number>;
  /** As if its plug was pulled. */
  powerOff(host: HostName): Promise<void>;
  /** Boots a host that is off, from its disk; that takes much longer than going on from a saved state. */
  powerOn(host: HostName, signal?: AbortSignal): Promise<void>;
  isOn(host: HostName): Promise<boolean>;
  /** Both hosts as they were when the lab was new, at the same addresses. */
  reset(signal?: AbortSignal): Promise<void>;
  /** Ends both hosts and removes all that the lab wrote. */
  down(): Promise<void>;
}

/** A lab that runs, whoever started it. */
export const openLab = async (name: string): Promise<Lab> => {
  const directory = labDirectory(name);
  const record = await readLabRecord(directory);
  if (record === undefined)
    throw new LabError(`there is no lab '${name}'`, { hint: `npx precopy-bench lab up --name ${name}` });
  return labOf(directory, record);
};

export const labOf = (directory: string, record: LabRecord): Lab => {
  const { name, suite } = record;
  const host = (each: HostName): LabHost => ({ name: each, address: addresses[each] });
  return {
    name,
    suite,
    sshConfig: sshConfigOf(directory),
    hosts: { a: host('a'), b: host('b') },
    setLink: (each, state) => controlling(directory, each, (qmp) => setCarrier(qmp, state)),
    publish: (each, port) => controlling(directory, each, (qmp) => publishPort(qmp, 'control', port)),
    powerOff: (each) => powerOff(directory, each),
    powerOn: async (each, signal) => boot(await startOf(directory, record, signal), each),
    isOn: (each) => isOn(directory, each),
    reset: (signal) => reset(directory, record, signal),
    down: () => removeLab(directory),
  };
};

const isOn = async (directory: string, host: HostName): Promise<boolean> => {
  const recorded = await readRecord(processRecordOf(directory, host));
  return recorded !== undefined && (await isAlive(recorded.command));
};

/** How long qemu may take to close its disk, in steps of 100 ms. */
const LOOKS = 100;

/** A qemu that is killed forgets where on its disk it has put what the host had written, and flushed, and the disk is torn. */
const powerOff = async (directory: string, host: HostName): Promise<void> => {
  if (await isOn(directory, host)) await controlling(directory, host, (qmp) => qmp.execute('quit'));
  for (let look = 0; look < LOOKS && (await isOn(directory, host)); look += 1) await sleep(100);
  await endRecorded(processRecordOf(directory, host));
};

const controlling = async <T>(
  directory: string,
  host: HostName,
  action: (qmp: Qmp) => Promise<T>,
): Promise<T> => {
  const recorded = await readRecord(processRecordOf(directory, host));
  if (recorded === undefined) throw new LabError(`host ${host} is off`);
  const qmp = await controlHost(directory, host, recorded);
  try {
    return await action(qmp);
  } finally {
    qmp.close();
  }
};

const startOf = async (directory: string, record: LabRecord, signal?: AbortSignal): Promise<Start> => {
  const { name, owner, ports } = record;
  const image = await readImage(record.image);
  if (image === undefined || ports === undefined)
    throw new LabError(`lab ${name} cannot be started again: ${record.image} is gone`, {
      hint: `npx precopy-bench lab down --name ${name}`,
    });
  return {
    ...{ lab: name, image, ports },
    place: { directory, ...(owner === undefined ? {} : { owner }) },
    ...(signal === undefined ? {} : { signal }),
  };
};

const reset = async (directory: string, record: LabRecord, signal?: AbortSignal): Promise<void> => {
  const start = await startOf(directory, record, signal);
  await onBoth((host) => endRecorded(processRecordOf(directory, host)));
  const ports = await startHosts(start);
  await writeLabRecord(directory, { ...record, ports });
};
