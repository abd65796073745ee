import { HostUnreachable } from '../../engine/model/errors.ts';
import type { Connection } from './ssh-connection.ts';

export interface SharedConnection {
  /**
   * Returns the one connection. Connects at the first call, and again when the connection was lost. Calls
   * during a connection attempt share this attempt.
   */
  get(): Promise<Connection>;
  close(): Promise<void>;
}

export const sharedConnection = (name: string, connect: () => Promise<Connection>): SharedConnection => {
  let current: Promise<Connection> | undefined;
  let established: Connection | undefined;
  let closed = false;
  const open = (): Promise<Connection> => {
    const attempt = connect();
    established = undefined;
    current = attempt;
    attempt.then(
      (connection) => {
        if (current === attempt) established = connection;
      },
      () => {
        // A failed attempt is forgotten, so the next call tries again.
        if (current === attempt) current = undefined;
      },
    );
    return attempt;
  };
  return {
    async get(): Promise<Connection> {
      if (closed) throw new HostUnreachable(name, 'it was closed');
      if (current === undefined || established?.isLost()) return open();
      return current;
    },
    async close(): Promise<void> {
      closed = true;
      const connection = await current?.catch(() => undefined);
      if (connection && !connection.isLost()) await connection.end();
    },
  };
};
