import { setTimeout as delay } from 'node:timers/promises';
import { abortable } from '../../engine/model/abortable.ts';
import { CommandFailed, HostUnreachable, messageOf } from '../../engine/model/errors.ts';
import type { KeptConnection } from './kept-connection.ts';
import type { Session } from './session.ts';
import type { SessionUse } from './session-slots.ts';
import type { Connection } from './ssh-connection.ts';

const REFUSAL_PAUSE = 100;
const REFUSAL_PATIENCE = 30_000;

/** The server answered, and the answer was no: it carries a reason code. */
export const isRefusal = (error: unknown): boolean =>
  error instanceof Error && 'reason' in error && typeof error.reason === 'number';

const attempt = async (
  connection: Connection,
  line: string,
  use: SessionUse,
  signal?: AbortSignal,
): Promise<Session> => {
  const release = await connection.slots.acquire(use, signal);
  try {
    const session = await connection.exec(line);
    void session.closed.then(release);
    return session;
  } catch (error) {
    release();
    throw error;
  }
};

/** Nothing was sent: the connection had ended before it was asked. */
export const neverAsked = (error: unknown): boolean =>
  error instanceof Error && error.message === 'Not connected';

/** What a failure to open a session comes to, when trying again is pointless. */
const finalError = (name: string, line: string, connection: Connection, error: unknown): Error => {
  if (isRefusal(error))
    return new HostUnreachable(name, 'it allows no more sessions (MaxSessions of its sshd)', error);
  if (connection.isLost()) return new HostUnreachable(name, 'the connection was lost', error);
  const reason = `could not be started: ${messageOf(error)}`;
  return new CommandFailed({
    host: name,
    argv: [line],
    exitCode: undefined,
    stderr: '',
    reason,
    cause: error,
  });
};

/**
 * Runs a line in a session of the one connection. Tries again for a while when the server allows no more sessions: it
 * may not have noticed yet that others ended. Connects anew, once, when the connection turns out to be gone before
 * anything was sent over it.
 */
export const openSession = async (
  name: string,
  kept: KeptConnection,
  line: string,
  use: SessionUse,
  signal?: AbortSignal,
): Promise<Session> => {
  const patience = performance.now() + REFUSAL_PATIENCE;
  let renewed = false;
  while (true) {
    const connection = await abortable(kept.get(), signal);
    try {
      return await attempt(connection, line, use, signal);
    } catch (error) {
      signal?.throwIfAborted();
      const waits = isRefusal(error) && performance.now() < patience;
      const renews = neverAsked(error) && !renewed;
      if (!waits && !renews) throw finalError(name, line, connection, error);
      if (waits) await abortable(delay(REFUSAL_PAUSE), signal);
      if (renews) {
        renewed = true;
        await connection.end();
      }
    }
  }
};
