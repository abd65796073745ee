import type { ParkedRestore } from '../../engine/ports/destination.ts';
import type { Host } from '../../engine/ports/host.ts';
import { scriptArgv } from '../door/script.ts';
import { startParkedRestore } from '../keeper/parked-restore.ts';

/**
 * Makes Docker start a container that was created with the runtime `precopy`, and waits until only the
 * processes are missing. Docker locks the container until the restore is settled or discarded: nothing may
 * inspect it. `id` is the whole id. `directory` has the files `events`, `verdict`, `restore.conf` and, where
 * needed, `restore.flags`.
 */
export const parkDockerRestore = (host: Host, directory: string, id: string): Promise<ParkedRestore> =>
  startParkedRestore(host, {
    directory,
    argv: ['docker', 'start', id],
    keeper: scriptArgv('parked-docker', directory, id),
    output: 'start.out',
  });
