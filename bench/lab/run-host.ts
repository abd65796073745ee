import { open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { HostName } from './hosts.ts';
import { LabError } from './lab-error.ts';
import { type RecordedProcesses, untilRecorded } from './process-record.ts';
import type { ProcessIdentity } from './processes.ts';
import { type Machine, qemuArguments, qmpOf } from './qemu-arguments.ts';
import { openQmp, type Qmp } from './qmp.ts';
import { startTethered } from './tether.ts';

/** Where a host's files are, and with whom it dies. */
export interface Place {
  readonly directory: string;
  readonly owner?: ProcessIdentity;
}

export const processRecordOf = (directory: string, host: HostName): string =>
  join(directory, `${host}.processes`);
/** What qemu itself has to say; the host's console is elsewhere. */
export const qemuLogOf = (directory: string, host: HostName): string => join(directory, `${host}.qemu.log`);

/** Starts a host's qemu, in the background. Its disk must be there. */
export const runHost = async (
  { directory, owner }: Place,
  machine: Machine,
  state: string,
  signal?: AbortSignal,
): Promise<RecordedProcesses> => {
  const record = processRecordOf(directory, machine.host);
  // That of an earlier run would be taken for the new one's.
  await rm(record, { force: true });
  const log = await open(qemuLogOf(directory, machine.host), 'w');
  try {
    const argv = qemuArguments(machine);
    const tied = owner === undefined ? {} : { owner: { process: owner, removeWithIt: directory } };
    startTethered({ argv, record, ...tied }, { cwd: directory, env: { LAB_STATE: state }, output: log.fd });
  } finally {
    await log.close();
  }
  return untilRecorded(record, signal);
};

/** A conversation with a host's qemu. */
export const controlHost = async (
  directory: string,
  host: HostName,
  { command }: RecordedProcesses,
  signal?: AbortSignal,
): Promise<Qmp> => {
  // By way of qemu's working folder: the path of a socket may be 107 bytes long, that of a cache is the user's.
  const path = `/proc/${command.pid}/cwd/${qmpOf(host)}`;
  try {
    return await openQmp(path, command, signal);
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    const log = await readFile(qemuLogOf(directory, host), 'utf8').catch(() => '');
    const complaint = log.split('\n').findLast((line) => line.trim() !== '' && !line.includes('warning:'));
    throw complaint === undefined ? error : new LabError(`${error.message}: ${complaint}`, { cause: error });
  }
};
