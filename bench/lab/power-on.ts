import { untilReady } from './first-boot.ts';
import { type HostName, hostNames } from './hosts.ts';
import { LabError } from './lab-error.ts';
import { readRecord } from './process-record.ts';
import { isAlive } from './processes.ts';
import type { Qmp } from './qmp.ts';
import { controlHost, processRecordOf, runHost } from './run-host.ts';
import { hasCrashed } from './saved-state.ts';
import { machineOf, type Start } from './start-hosts.ts';
import { joinWire } from './wire.ts';

const PATIENCE = 240_000;

/** Boots a host that is off from its disk, and plugs it in again. */
export const boot = async (start: Start, host: HostName): Promise<void> => {
  const { place, signal } = start;
  if ((await control(start, host)) !== undefined) throw new LabError(`host ${host} is on`);
  const running = await runHost(place, machineOf(start, host, false), '', signal);
  const qmp = await controlHost(place.directory, host, running, signal);
  const other = await control(start, hostNames.find((each) => each !== host) ?? host);
  try {
    await joinWire(qmp, other);
    await untilReady(place.directory, host, running, () => hasCrashed(qmp), PATIENCE, signal);
  } finally {
    qmp.close();
    other?.close();
  }
};

const control = async ({ place }: Start, host: HostName): Promise<Qmp | undefined> => {
  const recorded = await readRecord(processRecordOf(place.directory, host));
  return recorded !== undefined && (await isAlive(recorded.command))
    ? controlHost(place.directory, host, recorded)
    : undefined;
};
