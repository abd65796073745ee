import { rm } from 'node:fs/promises';
import { onBoth } from './hosts.ts';
import { checkLabName, labDirectory, labNames } from './lab-directory.ts';
import { LabError } from './lab-error.ts';
import { readLabRecord } from './lab-record.ts';
import { endRecorded } from './process-record.ts';
import { isAlive } from './processes.ts';
import { processRecordOf } from './run-host.ts';

/** Ends exactly the processes that a lab started, and removes all it wrote. */
export const removeLab = async (directory: string): Promise<void> => {
  await onBoth((host) => endRecorded(processRecordOf(directory, host)));
  await rm(directory, { recursive: true, force: true, maxRetries: 5 });
};

/** The same by its name, also for what is left of one that cannot be used any more. */
export const removeLabNamed = async (name: string): Promise<void> => {
  if (!(await labNames()).includes(checkLabName(name))) throw new LabError(`there is no lab '${name}'`);
  await removeLab(labDirectory(name));
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
