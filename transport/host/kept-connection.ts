import { HostUnreachable } from '../../engine/model/errors.ts';
import type { Connection } from './ssh-connection.ts';

export interface KeptConnection {
  /** The one connection; made at the first call, and again when it was lost. Callers share an attempt under way. */
  get(): Promise<Connection>;
  close(): Promise<void>;
}

export const keptConnection = (name: string, connect: () => Promise<Connection>): KeptConnection => {
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
        // A failed attempt is not kept: the next call tries anew.
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
