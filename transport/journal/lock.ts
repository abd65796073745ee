import { InvalidInput } from '../../engine/model/errors.ts';
import { localHost } from '../host/local-host.ts';
import { journalPath } from './place.ts';

export interface JournalLock {
  release(): Promise<void>;
}

/** The exit code of flock when somebody else has it. */
const TAKEN = 75;

/**
 * Keeps every other recovery off a journal, until it is released or this process ends. The kernel does: what is held
 * by a process that is gone, nobody holds.
 */
export const lockJournal = async (directory: string, migration: string): Promise<JournalLock> => {
  const path = journalPath(directory, migration);
  const hold = ['sh', '-c', 'echo held && exec cat'];
  const argv = ['flock', '--nonblock', '--conflict-exit-code', String(TAKEN), path, ...hold] as const;
  const holder = await localHost().start({ argv: [...argv] });
  for await (const line of holder.lines) {
    if (line !== 'held') continue;
    return {
      release: async () => {
        holder.endInput();
        await holder.exit;
      },
    };
  }
  const { exitCode, stderr } = await holder.exit;
  if (exitCode === TAKEN) throw new InvalidInput(`another precopy recover is at work on ${migration}`);
  throw new InvalidInput(`${path} cannot be locked: ${stderr.trim()} (flock, of util-linux)`);
};
