import type { Transform } from 'node:stream';
import type { ClientChannel } from 'ssh2';
import { CommandFailed, HostUnreachable } from '../../engine/model/errors.ts';
import type { Ending, HostProcess, Signal } from './host-process.ts';
import type { KeptConnection } from './kept-connection.ts';
import { drained, keepTail } from './output.ts';
import { announcedLine, killLine, type ProcessId, withoutAnnouncement } from './process-id.ts';
import { openSession } from './ssh-session.ts';

/** Signals over a session of its own, on a new connection if need be: a lost connection does not end the process. */
const sendSignal = async (
  name: string,
  connection: KeptConnection,
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

const letGoOf = (channel: ClientChannel, stdout: Transform): void => {
  channel.unpipe(stdout);
  stdout.destroy();
  channel.close();
  // Only a channel that has been read to its end gives its session back.
  channel.resume();
  channel.stderr.resume();
};

export const spawnRemote = async (
  name: string,
  connection: KeptConnection,
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
    letGo: () => letGoOf(channel, stdout),
  };
};
