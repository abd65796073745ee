import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const port = z.int().min(1).max(65_535);

const labRecord = z.object({
  version: z.literal(1),
  name: z.string(),
  /** Folder of the cached image that its disks build on. */
  image: z.string(),
  accelerator: z.enum(['kvm', 'tcg']),
  /** The process this lab dies with. */
  owner: z.object({ pid: z.int().positive(), startTime: z.string() }).optional(),
  /** Who is starting it; gone from the record once both hosts answer. */
  starter: z.object({ pid: z.int().positive(), startTime: z.string() }).optional(),
  /** Of this machine, for ssh into the hosts. */
  ports: z.object({ a: port, b: port }).optional(),
});

/** What other processes need to know of a lab: `lab.json` in its folder. */
export type LabRecord = z.infer<typeof labRecord>;

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
