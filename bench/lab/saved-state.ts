import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { LabError } from './lab-error.ts';
import type { Qmp } from './qmp.ts';

const migrationStatus = z.object({ status: z.string().optional() });
const runStatus = z.object({ status: z.string() });

/** Stops a host and writes all of it but its disk to the file that its environment names LAB_STATE. */
export const saveState = async (qmp: Qmp, signal?: AbortSignal): Promise<void> => {
  await qmp.execute('stop');
  await qmp.execute('migrate-set-parameters', { 'max-bandwidth': 10_000_000_000 });
  await qmp.execute('migrate', { uri: 'exec:zstd -1 -qc > "$LAB_STATE"' });
  for (;;) {
    const { status } = migrationStatus.parse(await qmp.execute('query-migrate'));
    if (status === 'completed') return;
    if (status === 'failed' || status === 'cancelled')
      throw new LabError(`qemu could not save a host: ${status}`);
    await sleep(100, undefined, { signal });
  }
};

/** A host that is given its saved state is ready to go on once qemu calls it paused, which is what it was when saved. */
export const resume = async (qmp: Qmp, signal?: AbortSignal): Promise<void> => {
  for (;;) {
    const { status } = runStatus.parse(await qmp.execute('query-status'));
    if (status === 'paused') break;
    if (status !== 'inmigrate') throw new LabError(`qemu could not resume a host: it is ${status}`);
    await sleep(50, undefined, { signal });
  }
  await qmp.execute('cont');
};

export const hasCrashed = async (qmp: Qmp): Promise<boolean> => {
  const { status } = runStatus.parse(await qmp.execute('query-status'));
  return status !== 'running';
};
