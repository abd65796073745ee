import type { Transform } from 'node:stream';
import type { ClientChannel } from 'ssh2';
import { CommandFailed, HostUnreachable } from '../../engine/model/errors.ts';
import type { Ending, HostProcess, Signal } from './host-process.ts';
import { drained, keepTail } from './output.ts';
import { announcedLine, killLine, type ProcessId, withoutAnnouncement } from './process-id.ts';
import type { SharedConnection } from './shared-connection.ts';
import { openSession } from './ssh-session.ts';

/** Sends a signal in a session of its own. A process outlives a lost connection, so a new one may be made. */
const sendSignal = async (
  name: string,
  connection: SharedConnection,
  id: ProcessId,
  signal: Signal,
): Promise<void> => {
  const line = killLine(id, signal);
  const session = await openSession(name, connection, line, 'signal');
  const stderr = keepTail(session.channel.stderr, 1024);
  session.channel.resume().end();
  const ending = await session.exited;
  if (ending.lost) throw new HostUnreachable(name, 'the connection was lost');
  if (ending.exitCode !== 0) {
    await drained(session.channel.stderr, 1000);
    const argv = ['kill', '-s', signal, id.pid];
    throw new CommandFailed({ host: name, argv, exitCode: ending.exitCode, stderr: stderr() });
  }
};

const closeStreamsOf = (channel: ClientChannel, stdout: Transform): void => {
  channel.unpipe(stdout);
  stdout.destroy();
  channel.close();
  // The server frees a session only when its channel has been read to the end.
  channel.resume();
  channel.stderr.resume();
};

export const spawnRemote = async (
  name: string,
  connection: SharedConnection,
  argv: readonly string[],
  use: 'run' | 'start',
  signal?: AbortSignal,
): Promise<HostProcess> => {
  const session = await openSession(name, connection, announcedLine(argv), use, signal);
  const { channel } = session;
  let announce = (_id: ProcessId | undefined): void => {};
  const announced = new Promise<ProcessId | undefined>((resolve) => {
    announce = resolve;
  });
  const stdout = channel.pipe(withoutAnnouncement(announce));
  let ended: Ending | undefined;
  const exited = session.exited.then((ending) => {
    ended = ending;
    return ending;
  });
  return {
    stdin: channel,
    stdout,
    stderr: channel.stderr,
    exited,
    async signal(kind): Promise<void> {
      const id = await Promise.race([announced, exited.then(() => announced)]);
      if (ended?.lost === false) return;
      if (id !== undefined) return sendSignal(name, connection, id, kind);
      if (ended) throw new HostUnreachable(name, `the connection was lost before ${argv[0]} had begun`);
      channel.signal(kind);
    },
    closeStreams: () => closeStreamsOf(channel, stdout),
  };
};
