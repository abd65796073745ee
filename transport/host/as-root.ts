import type { Duplex } from 'node:stream';
import { InvalidInput } from '../../engine/model/errors.ts';
import { drained, keepTail } from './output.ts';
import { quoteArgv } from './quote.ts';
import type { Session } from './session.ts';
import type { Connection } from './ssh-connection.ts';

/** Returns the one rule that sudo needs for the user. It permits the user everything. */
const sudoersRule = (user: string): string => `${user} ALL=(root) NOPASSWD: /bin/sh`;

/** Returns a line that runs this line as root. sudo is the parent of the process and waits for its end. */
const sudoLine = (line: string): string =>
  `exec ${quoteArgv(['sudo', '-n', '-H', '--', '/bin/sh', '-c', line])}`;

/** Returns a connection whose commands run as root, by sudo without a password. Rejects when sudo refuses. */
export const connectionAsRoot = async (
  name: string,
  user: string,
  connection: Connection,
): Promise<Connection> => {
  const refusal = await sudoRefusal(await connection.exec(sudoLine(':')));
  if (refusal !== undefined) {
    await connection.end();
    const rule = `put "${sudoersRule(user)}" into /etc/sudoers.d/precopy on ${name}`;
    throw new InvalidInput(`sudo on ${name} does not let ${user} run commands as root (${refusal}): ${rule}`);
  }
  return {
    ...connection,
    exec: (line) => connection.exec(sudoLine(line)),
    dial: (path) => dialAsRoot(connection, path),
  };
};

/** Returns why sudo refuses, or undefined when sudo permits the command. */
const sudoRefusal = async ({ channel, exited }: Session): Promise<string | undefined> => {
  const stderr = keepTail(channel.stderr, 1024);
  channel.resume().end();
  const { exitCode } = await exited;
  if (exitCode === 0) return undefined;
  await drained(channel.stderr, 1000);
  return (
    stderr()
      .trim()
      .split('\n')
      .at(-1)
      ?.replace(/^sudo: /, '') || 'sudo gives no reason'
  );
};

/** Connects by Docker's own relay: sshd would open the socket as the user, who has no permission. */
const dialAsRoot = async ({ exec, slots }: Connection, path: string): Promise<Duplex> => {
  const release = await slots.acquire('run');
  const relay = quoteArgv(['docker', '-H', `unix://${path}`, 'system', 'dial-stdio']);
  const line = `${quoteArgv(['test', '-S', path])} && printf . && exec ${relay}`;
  const session = await exec(sudoLine(line)).catch((cause: unknown) => {
    release();
    throw cause;
  });
  void session.closed.then(release);
  session.channel.stderr.resume();
  return afterFirstByte(session.channel);
};

/** Resolves after the first byte, which only shows that the socket exists and is no part of the data. */
const afterFirstByte = (channel: Session['channel']): Promise<Duplex> =>
  new Promise((resolve, reject) => {
    const fail = (): void => reject(new Error('there is no such socket'));
    const look = (): void => {
      if (channel.read(1) === null) return;
      channel.off('readable', look);
      channel.off('close', fail);
      resolve(channel);
    };
    channel.on('readable', look);
    channel.once('close', fail);
    // A channel that ends without a byte closes only when it is read to its end.
    channel.once('end', fail);
  });
