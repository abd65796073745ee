import { InvalidInput } from '../../engine/model/errors.ts';
import { localHost } from '../host/local-host.ts';
import { journalPath } from './journal-path.ts';

export interface JournalLock {
  release(): Promise<void>;
}

/** flock's exit code when another process has the lock. */
const LOCKED_EXIT_CODE = 75;

/**
 * Locks a journal against other recoveries, until the lock is released or this process ends. The lock is the
 * kernel's: it ends with the process that has it.
 */
export const lockJournal = async (directory: string, migration: string): Promise<JournalLock> => {
  const path = journalPath(directory, migration);
  const printAndWait = ['sh', '-c', 'echo held && exec cat'];
  const argv = [
    'flock',
    '--nonblock',
    '--conflict-exit-code',
    String(LOCKED_EXIT_CODE),
    path,
    ...printAndWait,
  ] as const;
  const flock = await localHost().start({ argv: [...argv] });
  for await (const line of flock.lines) {
    if (line !== 'held') continue;
    return {
      release: async () => {
        flock.endInput();
        await flock.exit;
      },
    };
  }
  const { exitCode, stderr } = await flock.exit;
  if (exitCode === LOCKED_EXIT_CODE)
    throw new InvalidInput(`another precopy recover works on migration ${migration}: wait until it ends`);
  throw new InvalidInput(`${path} cannot be locked with flock (of util-linux): ${stderr.trim()}`);
};
