import type { ParkedRestore } from '../../engine/ports/destination.ts';
import type { Host } from '../../engine/ports/host.ts';
import { scriptArgv } from '../door/script.ts';
import { startParkedRestore } from '../keeper/parked-restore.ts';

/** Starts the script that becomes the restore, and waits until it is ready to. */
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
