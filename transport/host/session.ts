import type { ClientChannel } from 'ssh2';
import type { Ending } from './host-process.ts';

/** One command over a connection. */
export interface Session {
  readonly channel: ClientChannel;
  /** Resolves to how the command ended. Never rejects. */
  readonly exited: Promise<Ending>;
  /** Resolves when the server has freed the session. */
  readonly closed: Promise<void>;
}

/** Must be called in the callback that provides the channel. Later calls would miss events. */
export const sessionOf = (channel: ClientChannel, isLost: () => boolean): Session => {
  channel.on('error', () => {});
  const closed = new Promise<void>((resolve) => {
    channel.once('close', () => resolve());
  });
  const exited = new Promise<Ending>((resolve) => {
    channel.once('exit', (code: number | null, signal?: string) => {
      resolve({ exitCode: code ?? undefined, ...(signal === undefined ? {} : { signal }), lost: false });
    });
    void closed.then(() => resolve({ exitCode: undefined, lost: isLost() }));
  });
  return { channel, exited, closed };
};
