import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Build, runStep } from './build-step.ts';
import type { HostName } from './hosts.ts';
import { LabError } from './lab-error.ts';
import { imageFiles } from './make-disk.ts';
import { endRecorded, type RecordedProcesses } from './process-record.ts';
import { isAlive, self } from './processes.ts';
import { consoleOf, diskOf, type Machine, qmpOf } from './qemu-arguments.ts';
import { controlHost, processRecordOf, qemuLogOf, runHost } from './run-host.ts';
import { hasCrashed, saveState } from './saved-state.ts';

export const stateOf = (host: HostName): string => `${host}.state`;

/** The last thing a host says on its console while it starts, see guest/lab-ready. */
const READY = 'lab: ready';

/** Boots a host and saves it as it is once it answers: `HOST.qcow2` and `HOST.state` in the build's folder. */
export const bootAndSave = async (
  build: Build,
  which: Pick<Machine, 'recipe' | 'emulator' | 'host' | 'accelerator'>,
  patience: number,
): Promise<void> => {
  const { directory, signal } = build;
  const { host } = which;
  const backing = ['-b', imageFiles.disk, '-F', 'raw'];
  await runStep(build, 'making a disk', [
    'qemu-img',
    'create',
    '-q',
    '-f',
    'qcow2',
    ...backing,
    diskOf(host),
  ]);
  const machine: Machine = {
    ...{ ...which, lab: 'image', controlPort: 0, resume: false },
    ...{ kernel: join(directory, imageFiles.kernel), initrd: join(directory, imageFiles.initrd) },
  };
  const place = { directory, owner: await self() };
  try {
    const running = await runHost(place, machine, join(directory, stateOf(host)), signal);
    const qmp = await controlHost(directory, host, running, signal);
    try {
      await untilReady(directory, host, running, () => hasCrashed(qmp), patience, signal);
      await saveState(qmp, signal);
      await qmp.execute('quit');
    } finally {
      qmp.close();
    }
  } finally {
    await endRecorded(processRecordOf(directory, host));
    await Promise.all(
      [processRecordOf(directory, host), qemuLogOf(directory, host), join(directory, qmpOf(host))].map(
        (path) => rm(path, { force: true }),
      ),
    );
  }
};

/** Waits for the ready line, but not for a host that will never write it. */
export const untilReady = async (
  directory: string,
  host: HostName,
  { command }: RecordedProcesses,
  crashed: () => Promise<boolean>,
  patience: number,
  signal?: AbortSignal,
): Promise<void> => {
  const deadline = Date.now() + patience;
  for (;;) {
    const said = await readFile(join(directory, consoleOf(host)), 'utf8').catch(() => '');
    if (said.includes(READY)) return;
    const problem =
      !(await isAlive(command)) || (await crashed())
        ? 'stopped while it booted'
        : Date.now() > deadline
          ? `was not ready after ${Math.round(patience / 1000)} s`
          : undefined;
    if (problem !== undefined) throw new LabError(`host ${host} ${problem}: ${lastWords(said)}`);
    await sleep(200, undefined, { signal });
  }
};

const lastWords = (said: string): string =>
  said
    .split(/[\r\n]+/)
    .findLast((line) => line.trim() !== '')
    ?.trim() ?? 'it said nothing';
