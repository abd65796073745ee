import { randomBytes } from 'node:crypto';
import type { Image } from './cache.ts';
import { provideImage } from './image.ts';
import { type Lab, labOf } from './lab.ts';
import { checkLabName, createLabDirectory, labsDirectory } from './lab-directory.ts';
import { type LabRecord, writeLabRecord } from './lab-record.ts';
import { self } from './processes.ts';
import type { Progress } from './progress.ts';
import { defaultSuite, recipeOf, type Suite } from './recipe.ts';
import { removeDeadLabs, removeLab } from './remove-lab.ts';
import { checkDisk, checkMemory, runNeeded } from './space.ts';
import { startHosts } from './start-hosts.ts';
import { ensureTools, runningTools } from './tools.ts';

export interface LabOptions {
  /** Without one, a lab gets a name that no other has. */
  readonly name?: string;
  /** The lab ends with this process, however that goes. Otherwise it stays until `down`. */
  readonly owned: boolean;
  /** The Debian release of both hosts; `defaultSuite` without one. */
  readonly suite?: Suite;
  readonly onProgress?: Progress;
  readonly signal?: AbortSignal;
}

/** What every lab needs: some minutes the first time, nothing afterwards. */
export const prepareImage = async (
  suite: Suite,
  progress: Progress,
  signal?: AbortSignal,
): Promise<Image> => {
  await checkMemory(recipeOf(suite));
  await ensureTools(runningTools, progress, signal);
  return provideImage(suite, progress, signal);
};

/** Starts two hosts and resolves once both answer: some seconds, after the first time. Nothing is left when it fails. */
export const startLab = async ({
  name,
  owned,
  suite = defaultSuite,
  onProgress,
  signal,
}: LabOptions): Promise<Lab> => {
  const progress = onProgress ?? ((): void => {});
  const labName = checkLabName(name ?? `lab-${randomBytes(4).toString('hex')}`);
  await removeDeadLabs();
  await checkDisk(labsDirectory(), runNeeded);
  const image = await prepareImage(suite, progress, signal);

  const starter = await self();
  const record: LabRecord = {
    version: 2,
    name: labName,
    image: image.directory,
    suite,
    accelerator: image.accelerator,
    ...(owned ? { owner: starter } : {}),
  };
  const directory = await createLabDirectory({ ...record, starter });
  try {
    progress(`starting lab ${labName}, two Debian ${suite} hosts`);
    const place = { directory, ...(owned ? { owner: starter } : {}) };
    const fresh = { lab: labName, place, image, ports: { a: 0, b: 0 } };
    const ports = await startHosts(signal === undefined ? fresh : { ...fresh, signal });
    const started = { ...record, ports };
    await writeLabRecord(directory, started);
    return labOf(directory, started);
  } catch (error) {
    await removeLab(directory);
    throw error;
  }
};
