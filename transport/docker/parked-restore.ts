import type { ParkedRestore } from '../../engine/ports/destination.ts';
import type { Host } from '../../engine/ports/host.ts';
import { scriptArgv } from '../door/script.ts';
import { startParkedRestore } from '../keeper/parked-restore.ts';

/**
 * Has Docker start a container that was created with the runtime `precopy`, and waits until it has done all but make the
 * processes. Until the restore is settled or discarded, Docker holds the container: it must not be inspected.
 * `id` is the whole id. `directory` holds `events` and `verdict`, `restore.conf` and, if wanted, `restore.flags`.
 */
export const parkDockerRestore = (host: Host, directory: string, id: string): Promise<ParkedRestore> =>
  startParkedRestore(host, {
    directory,
    argv: ['docker', 'start', id],
    keeper: scriptArgv('parked-docker', directory, id),
    output: 'start.out',
  });
