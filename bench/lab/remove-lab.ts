import { rm } from 'node:fs/promises';
import { onBoth } from './hosts.ts';
import { labDirectory, labNames } from './lab-directory.ts';
import { readLabRecord } from './lab-record.ts';
import { endRecorded } from './process-record.ts';
import { isAlive } from './processes.ts';
import { processRecordOf } from './run-host.ts';

/** Ends exactly the processes that a lab started, and removes all it wrote. */
export const removeLab = async (directory: string): Promise<void> => {
  await onBoth((host) => endRecorded(processRecordOf(directory, host)));
  await rm(directory, { recursive: true, force: true });
};

/** Removes what is left of labs whose owner, or whose half-done start, is gone. Returns their names. */
export const removeDeadLabs = async (): Promise<readonly string[]> => {
  const removed: string[] = [];
  for (const name of await labNames()) {
    const directory = labDirectory(name);
    const record = await readLabRecord(directory);
    const keeper = record?.owner ?? record?.starter;
    if (keeper === undefined || (await isAlive(keeper))) continue;
    await removeLab(directory);
    removed.push(name);
  }
  return removed;
};
