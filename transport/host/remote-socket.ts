import type { Duplex } from 'node:stream';
import { HostUnreachable } from '../../engine/model/errors.ts';
import type { SharedConnection } from './shared-connection.ts';
import { isNotConnected, isRefusal } from './ssh-session.ts';

/** The reason code of sshd for what its configuration forbids. Every other failure has one common code. */
const PROHIBITED = 1;

const refusalReason = (error: unknown): string =>
  error instanceof Error && 'reason' in error && error.reason === PROHIBITED
    ? 'its sshd does not allow it (AllowStreamLocalForwarding)'
    : 'there is no such socket, no process listens there, or permission is denied';

/** Connects to a unix socket over the shared connection. When that has ended, makes one new connection. */
export const dialRemote = async (name: string, shared: SharedConnection, path: string): Promise<Duplex> => {
  for (let renewed = false; ; renewed = true) {
    const connection = await shared.get();
    try {
      return await connection.dial(path);
    } catch (error) {
      if (isRefusal(error)) throw new Error(refusalReason(error), { cause: error });
      if (renewed || !isNotConnected(error)) {
        throw connection.isLost() ? new HostUnreachable(name, 'the connection was lost', error) : error;
      }
      await connection.end();
    }
  }
};
