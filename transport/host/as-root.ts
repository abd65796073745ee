import type { Duplex } from 'node:stream';
import { InvalidInput } from '../../engine/model/errors.ts';
import { drained, keepTail } from './output.ts';
import { quoteArgv } from './quote.ts';
import type { Session } from './session.ts';
import type { Connection } from './ssh-connection.ts';

/** All that sudo has to allow the user. It is as much as everything. */
const ruleFor = (user: string): string => `${user} ALL=(root) NOPASSWD: /bin/sh`;

/** The same line, run by root. What it becomes is a process of root's under a sudo that waits for it. */
const asRoot = (line: string): string =>
  `exec ${quoteArgv(['sudo', '-n', '-H', '--', '/bin/sh', '-c', line])}`;

/** A connection of a user whose commands run as root, by sudo without a password. Rejects where sudo refuses. */
export const connectionAsRoot = async (
  name: string,
  user: string,
  connection: Connection,
): Promise<Connection> => {
  const refusal = await whyNot(await connection.exec(asRoot(':')));
  if (refusal !== undefined) {
    await connection.end();
    const rule = `put "${ruleFor(user)}" into /etc/sudoers.d/precopy there`;
    throw new InvalidInput(`sudo on ${name} does not let ${user} run commands as root (${refusal}): ${rule}`);
  }
  return {
    ...connection,
    exec: (line) => connection.exec(asRoot(line)),
    dial: (path) => dialAsRoot(connection, path),
  };
};

const whyNot = async ({ channel, exited }: Session): Promise<string | undefined> => {
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
      ?.replace(/^sudo: /, '') || 'it does not say why'
  );
};

/** Docker's own relay: sshd would open the socket as the user, who may not. */
const dialAsRoot = async ({ exec, slots }: Connection, path: string): Promise<Duplex> => {
  const release = await slots.acquire('run');
  const relay = quoteArgv(['docker', '-H', `unix://${path}`, 'system', 'dial-stdio']);
  const line = `${quoteArgv(['test', '-S', path])} && printf . && exec ${relay}`;
  const session = await exec(asRoot(line)).catch((cause: unknown) => {
    release();
    throw cause;
  });
  void session.closed.then(release);
  session.channel.stderr.resume();
  return begun(session.channel);
};

/** Resolves once the first byte has come, which is no part of what is said. */
const begun = (channel: Session['channel']): Promise<Duplex> =>
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
    // A channel that is over without a byte closes only when it is read to its end.
    channel.once('end', fail);
  });
