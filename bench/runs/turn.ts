import { once } from 'node:events';
import { execa } from 'execa';
import { InvalidInput } from '../../engine/model/errors.ts';

/**
 * Waits for a turn on a machine that several measure on: holds the lock of a file, as `flock FILE COMMAND` does, until the
 * function it resolves to is called. It ends with this process, however that goes.
 */
export const takeTurn = async (
  file: string | undefined,
  signal: AbortSignal,
): Promise<() => Promise<void>> => {
  if (file === undefined) return async () => {};
  // The shell goes on only once it has the lock, and ends at the end of its input.
  const holder = execa('flock', [file, 'sh', '-c', 'echo held; exec cat'], {
    reject: false,
    buffer: false,
    cancelSignal: signal,
  });
  const ended = holder.then(({ stderr }) => {
    signal.throwIfAborted();
    throw new InvalidInput(`cannot hold the lock of ${file}: ${stderr ?? 'flock ended'}`);
  });
  await Promise.race([once(holder.stdout, 'data'), ended]);
  ended.catch(() => {});
  return async () => {
    holder.stdin.end();
    await holder;
  };
};
