import type { HostProcess } from './host-process.ts';
import { atMost } from './waiting.ts';

/** Time a process has to obey SIGTERM, and after it the kernel to obey SIGKILL. */
const GRACE = 2000;
/** A host that does not answer must not hold up whoever gives up on it. */
const SIGNAL_LIMIT = 3000;

/** Ends a process: asks it, then makes it. Never rejects; on a host that does not answer it may outlive this. */
export const endProcess = async (process: HostProcess): Promise<void> => {
  let gone = false;
  const exited = process.exited.then(() => {
    gone = true;
  });
  for (const signal of ['TERM', 'KILL'] as const) {
    await atMost(
      process.signal(signal).catch(() => {}),
      SIGNAL_LIMIT,
    );
    await atMost(exited, GRACE);
    if (gone) break;
  }
  process.letGo();
};
