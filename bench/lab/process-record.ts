import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { LabError } from './lab-error.ts';
import { kill, killGroup, type ProcessIdentity, untilGone } from './processes.ts';

export interface RecordedProcesses {
  readonly tether: ProcessIdentity;
  readonly command: ProcessIdentity;
}

export const parseRecord = (text: string): RecordedProcesses | undefined => {
  const [tether, command] = text.split('\n').map(parseIdentity);
  return tether === undefined || command === undefined ? undefined : { tether, command };
};

const parseIdentity = (line: string): ProcessIdentity | undefined => {
  const [, pid, startTime] = /^(\d+) (\d+)$/.exec(line) ?? [];
  return pid === undefined || startTime === undefined ? undefined : { pid: Number(pid), startTime };
};

/** What a tether recorded; nothing if it never ran. */
export const readRecord = async (path: string): Promise<RecordedProcesses | undefined> =>
  parseRecord(await readFile(path, 'utf8').catch(() => ''));

/** A tether records at once; only a machine that is out of processes or disk keeps it from that. */
export const untilRecorded = async (path: string, signal?: AbortSignal): Promise<RecordedProcesses> => {
  const deadline = Date.now() + 15_000;
  for (;;) {
    const recorded = await readRecord(path);
    if (recorded !== undefined) return recorded;
    if (Date.now() > deadline) throw new LabError(`cannot start a process: ${path} does not appear`);
    await sleep(20, undefined, { signal });
  }
};

/** Ends what a record names, if it still runs, and waits until it is gone. */
export const endRecorded = async (path: string): Promise<void> => {
  const recorded = await readRecord(path);
  if (recorded === undefined) return;
  const { tether, command } = recorded;
  await killGroup(command);
  // The tether goes when its command does.
  if (await untilGone([command, tether], 5_000)) return;
  await kill(tether);
  if (!(await untilGone([command, tether], 5_000)))
    throw new LabError(`process ${command.pid} does not end`, { hint: `kill -9 ${command.pid}` });
};
