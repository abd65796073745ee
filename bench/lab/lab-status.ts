import { type HostName, onBoth } from './hosts.ts';
import { openLab } from './lab.ts';
import { labDirectory, labNames } from './lab-directory.ts';
import { type LabRecord, readLabRecord } from './lab-record.ts';
import { sshConfigOf } from './ssh-access.ts';

export interface LabStatus {
  readonly name: string;
  readonly suite: LabRecord['suite'];
  readonly accelerator: LabRecord['accelerator'];
  /** The process it dies with. */
  readonly owner: number | undefined;
  readonly isStarting: boolean;
  readonly isOn: Readonly<Record<HostName, boolean>>;
  readonly sshConfig: string;
}

/** All labs of this user. */
export const labStatuses = async (): Promise<readonly LabStatus[]> => {
  const statuses = await Promise.all((await labNames()).map(statusOf));
  return statuses.flatMap((status) => (status === undefined ? [] : [status]));
};

const statusOf = async (name: string): Promise<LabStatus | undefined> => {
  const directory = labDirectory(name);
  const record = await readLabRecord(directory);
  if (record === undefined) return undefined;
  const { isOn } = await openLab(name);
  return {
    name,
    suite: record.suite,
    accelerator: record.accelerator,
    owner: record.owner?.pid,
    isStarting: record.ports === undefined,
    isOn: await onBoth(isOn),
    sshConfig: sshConfigOf(directory),
  };
};
