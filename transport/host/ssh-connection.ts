import type { Duplex } from 'node:stream';
import ssh2, { type Client } from 'ssh2';
import { HostUnreachable, messageOf } from '../../engine/model/errors.ts';
import { type HostKeyVerdict, hostKeyCheck } from './host-key-check.ts';
import { type Session, sessionOf } from './session.ts';
import { type SessionSlots, sessionSlots } from './session-slots.ts';
import { type Authentication, authentication } from './ssh-authentication.ts';
import type { SshTarget } from './ssh-target.ts';
import { waitAtMost } from './waiting.ts';

export interface Connection {
  readonly slots: SessionSlots;
  isLost(): boolean;
  /** Runs this line in a session of its own. Rejects with ssh2's error. */
  exec(line: string): Promise<Session>;
  /** Connects to a unix socket of the host. Rejects with ssh2's error. */
  dial(path: string): Promise<Duplex>;
  end(): Promise<void>;
}

const connectionOf = (client: Client): Connection => {
  let lost = false;
  const closed = new Promise<void>((resolve) => {
    client.once('close', () => {
      lost = true;
      resolve();
    });
  });
  return {
    slots: sessionSlots(),
    isLost: () => lost,
    exec: (line) =>
      new Promise((resolve, reject) => {
        client.exec(line, (error, channel) => {
          if (error) reject(error);
          // Adds listeners at once, because the exit may be in the same packet.
          else resolve(sessionOf(channel, () => lost));
        });
      }),
    dial: (path) =>
      new Promise((resolve, reject) => {
        client.openssh_forwardOutStreamLocal(path, (error, channel) => {
          if (error) reject(error);
          else resolve(channel);
        });
      }),
    async end(): Promise<void> {
      client.end();
      // A lost server does not answer.
      await waitAtMost(closed, 500);
      client.destroy();
      lost = true;
    },
  };
};

const failureReason = (error: Error & { level?: string; code?: string }, target: SshTarget): string => {
  if (error.level === 'client-timeout') return `no answer within ${target.connectTimeout} ms`;
  return error.message === '' ? (error.code ?? 'connection failed') : error.message;
};

/** Resolves when `client` has logged in. Rejects with `HostUnreachable`. */
const waitForLogin = (
  client: Client,
  name: string,
  target: SshTarget,
  login: Authentication,
  verdict: () => HostKeyVerdict | undefined,
): Promise<void> =>
  new Promise((resolve, reject) => {
    const fail = (reason: string, cause?: unknown): void => {
      reject(new HostUnreachable(name, reason, cause));
      client.destroy();
    };
    client.on('error', (error: Error & { level?: string }) => {
      const judged = verdict();
      if (judged?.accepted === false) fail(judged.why, error);
      // After an agent that fails, or a key that cannot sign, ssh2 tries the next method.
      else if (error.level === 'agent') login.skip(`agent: ${error.message}`);
      else if (error.level !== 'client-authentication') fail(failureReason(error, target), error);
      else if (error.message.startsWith('All configured')) fail(login.explain(), error);
      else login.skip(error.message);
    });
    client.once('close', () => fail('the connection was closed'));
    client.once('connect', () => client.setNoDelay(true));
    client.once('ready', resolve);
  });

const open = async (name: string, target: SshTarget): Promise<Connection> => {
  const hostKey = await hostKeyCheck(target);
  const login = await authentication(target);
  if (login.methods.length === 0) throw new HostUnreachable(name, login.explain());
  const client = new ssh2.Client();
  let verdict: HostKeyVerdict | undefined;
  const ready = waitForLogin(client, name, target, login, () => verdict);
  client.connect({
    host: target.host,
    port: target.port,
    username: target.user,
    readyTimeout: target.connectTimeout,
    keepaliveInterval: 5000,
    keepaliveCountMax: 3,
    algorithms: { serverHostKey: hostKey.algorithms },
    hostVerifier: (key: Buffer): boolean => {
      verdict = hostKey.judge(key);
      return verdict.accepted;
    },
    authHandler: login.methods,
  });
  await ready;
  return connectionOf(client);
};

/** Connects and logs in. Rejects with `HostUnreachable`. */
export const connect = async (name: string, target: SshTarget): Promise<Connection> => {
  try {
    return await open(name, target);
  } catch (error) {
    if (error instanceof HostUnreachable) throw error;
    // For example a known_hosts file that cannot be read.
    throw new HostUnreachable(name, messageOf(error), error);
  }
};
