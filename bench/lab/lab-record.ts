import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { ProcessIdentity } from './processes.ts';
import type { Accelerator } from './qemu-arguments.ts';
import { type Suite, suites } from './recipe.ts';
import type { Ports } from './ssh-access.ts';

/** What other processes need to know of a lab: `lab.json` in its folder. */
export interface LabRecord {
  readonly version: 2;
  readonly name: string;
  /** Folder of the cached image that its disks build on. */
  readonly image: string;
  readonly suite: Suite;
  readonly accelerator: Accelerator;
  /** The process this lab dies with. */
  readonly owner?: ProcessIdentity | undefined;
  /** Who is starting it; gone from the record once both hosts answer. */
  readonly starter?: ProcessIdentity | undefined;
  /** Of this machine, for ssh into the hosts. */
  readonly ports?: Ports | undefined;
}

const port = z.int().min(1).max(65_535);
const identity = z.object({ pid: z.int().positive(), startTime: z.string() });

const labRecord: z.ZodType<LabRecord> = z.object({
  version: z.literal(2),
  name: z.string(),
  image: z.string(),
  suite: z.enum(suites),
  accelerator: z.enum(['kvm', 'tcg']),
  owner: identity.optional(),
  starter: identity.optional(),
  ports: z.object({ a: port, b: port }).optional(),
});

const pathOf = (directory: string): string => join(directory, 'lab.json');

export const writeLabRecord = async (directory: string, record: LabRecord): Promise<void> => {
  const path = pathOf(directory);
  await writeFile(`${path}.new`, `${JSON.stringify(record, undefined, 2)}\n`, { mode: 0o600 });
  await rename(`${path}.new`, path);
};

/** Nothing if there is no lab, or a record that this program cannot read. */
export const readLabRecord = async (directory: string): Promise<LabRecord | undefined> => {
  try {
    return labRecord.parse(JSON.parse(await readFile(pathOf(directory), 'utf8')));
  } catch {
    return undefined;
  }
};
