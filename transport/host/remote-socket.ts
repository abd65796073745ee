import type { Duplex } from 'node:stream';
import { HostUnreachable } from '../../engine/model/errors.ts';
import type { KeptConnection } from './kept-connection.ts';
import { isRefusal, neverAsked } from './ssh-session.ts';

/** The reason code for what sshd's configuration forbids; for all else it only tells that it failed. */
const PROHIBITED = 1;

const why = (error: unknown): string =>
  error instanceof Error && 'reason' in error && error.reason === PROHIBITED
    ? 'its sshd does not allow it (AllowStreamLocalForwarding)'
    : 'there is no such socket, nobody listens, or permission is denied';

/**
 * Connects to a unix socket over the one connection. Connects anew, once, when that turns out to be gone before anything was
 * asked.
 */
export const dialRemote = async (name: string, kept: KeptConnection, path: string): Promise<Duplex> => {
  for (let renewed = false; ; renewed = true) {
    const connection = await kept.get();
    try {
      return await connection.dial(path);
    } catch (error) {
      if (isRefusal(error)) throw new Error(why(error), { cause: error });
      if (renewed || !neverAsked(error)) {
        throw connection.isLost() ? new HostUnreachable(name, 'the connection was lost', error) : error;
      }
      await connection.end();
    }
  }
};
