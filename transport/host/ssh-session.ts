import { setTimeout as delay } from 'node:timers/promises';
import { abortable } from '../../engine/model/abortable.ts';
import { CommandFailed, HostUnreachable, messageOf } from '../../engine/model/errors.ts';
import type { Session } from './session.ts';
import type { SessionUse } from './session-slots.ts';
import type { SharedConnection } from './shared-connection.ts';
import type { Connection } from './ssh-connection.ts';

/** Milliseconds between attempts, and for all of them. */
const RETRY_INTERVAL = 100;
const RETRY_LIMIT = 30_000;

/** Returns whether the server refused. Its answer has a reason code. */
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

/** Returns whether the connection had ended before the request, so that nothing was sent. */
export const isNotConnected = (error: unknown): boolean =>
  error instanceof Error && error.message === 'Not connected';

/** Returns the error for a session that cannot be opened and should not be tried again. */
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
 * Runs a line in a session of the shared connection. When the server permits no more sessions, tries again
 * for up to 30 s: the server may not have noticed yet that other sessions ended. When the connection had
 * ended before the line was sent, makes one new connection.
 */
export const openSession = async (
  name: string,
  shared: SharedConnection,
  line: string,
  use: SessionUse,
  signal?: AbortSignal,
): Promise<Session> => {
  const deadline = performance.now() + RETRY_LIMIT;
  let renewed = false;
  while (true) {
    const connection = await abortable(shared.get(), signal);
    try {
      return await attempt(connection, line, use, signal);
    } catch (error) {
      signal?.throwIfAborted();
      const waits = isRefusal(error) && performance.now() < deadline;
      const renews = isNotConnected(error) && !renewed;
      if (!waits && !renews) throw finalError(name, line, connection, error);
      if (waits) await abortable(delay(RETRY_INTERVAL), signal);
      if (renews) {
        renewed = true;
        await connection.end();
      }
    }
  }
};
