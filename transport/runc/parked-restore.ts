import type { ParkedRestore } from '../../engine/ports/destination.ts';
import type { Host } from '../../engine/ports/host.ts';
import { scriptArgv } from '../door/script.ts';
import { startParkedRestore } from '../keeper/parked-restore.ts';

/** Starts the script that will run the restore, and waits until the script is ready. */
export const parkRestore = (
  host: Host,
  directory: string,
  log: string,
  argv: readonly [string, ...string[]],
): Promise<ParkedRestore> =>
  startParkedRestore(host, {
    directory,
    argv,
    keeper: scriptArgv('parked-restore', directory, log, ...argv),
    output: 'restore.out',
  });
