import type { HostProcess } from './host-process.ts';
import { waitAtMost } from './waiting.ts';

/** Milliseconds that a process has to end after SIGTERM, and again after SIGKILL. */
const GRACE = 2000;
/** Milliseconds to send a signal: a host that does not answer must not delay its caller. */
const SIGNAL_LIMIT = 3000;

/**
 * Ends a process, first with SIGTERM, then with SIGKILL. Never rejects. On a host that does not answer, the
 * process may still run when this resolves.
 */
export const endProcess = async (process: HostProcess): Promise<void> => {
  let gone = false;
  const exited = process.exited.then(() => {
    gone = true;
  });
  for (const signal of ['TERM', 'KILL'] as const) {
    await waitAtMost(
      process.signal(signal).catch(() => {}),
      SIGNAL_LIMIT,
    );
    await waitAtMost(exited, GRACE);
    if (gone) break;
  }
  process.closeStreams();
};
