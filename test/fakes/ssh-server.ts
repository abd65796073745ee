import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2, { type AuthContext, type Connection, type ServerChannel, type Session } from 'ssh2';

const { generateKeyPairSync, parseKey } = ssh2.utils;

export interface SshServer {
  readonly port: number;
  /** Holds the client's key, known_hosts and an ssh configuration with the alias `guest`. */
  readonly directory: string;
  readonly configFile: string;
  readonly knownHosts: string;
  /** `type base64` of the host key. */
  readonly hostKey: string;
  /** How many connections were made so far. */
  connections(): number;
  /** Breaks every connection, as a cut cable does. */
  cut(): void;
  close(): Promise<void>;
}

export interface SshServerOptions {
  /** As sshd's MaxSessions. */
  readonly maxSessions?: number;
  /** What the login shell's start-up files write to standard output. */
  readonly greeting?: string;
  readonly shell?: string;
  /** A home directory, whose `bin` is found before other programs. */
  readonly home?: string;
}

const accept = (authentication: AuthContext, allowed: ReturnType<typeof parsePublic>): void => {
  if (authentication.method !== 'publickey' || !allowed.getPublicSSH().equals(authentication.key.data)) {
    authentication.reject(['publickey']);
  } else if (authentication.signature === undefined || authentication.blob === undefined) {
    authentication.accept();
  } else if (allowed.verify(authentication.blob, authentication.signature, authentication.hashAlgo)) {
    authentication.accept();
  } else authentication.reject();
};

const parsePublic = (text: string): Exclude<ReturnType<typeof parseKey>, Error> => {
  const key = parseKey(text);
  if (key instanceof Error) throw key;
  return key;
};

/** Does what sshd does: the exit status when the process ends, the end of the channel when its output is closed. */
const execute = (
  channel: ServerChannel,
  line: string,
  { shell = '/bin/sh', home = '' }: SshServerOptions,
  onEnd: () => void,
): void => {
  const env = { HOME: home === '' ? '/' : home, PATH: `${home === '' ? '' : `${home}/bin:`}/usr/bin:/bin` };
  const child = spawn(shell, ['-c', line], { env, detached: true });
  channel.on('error', () => {});
  child.stdin.on('error', () => {});
  channel.pipe(child.stdin);
  child.stdout.pipe(channel, { end: false });
  child.stderr.pipe(channel.stderr, { end: false });
  child.on('exit', (code, signal) => {
    if (code === null) channel.exit(signal?.slice(3) ?? 'KILL', false, '');
    else channel.exit(code);
  });
  child.on('close', () => {
    channel.end();
    // Input that nobody reads any more would keep the channel from closing.
    channel.unpipe(child.stdin).resume();
  });
  channel.on('close', () => {
    onEnd();
    child.stdin.destroy();
    child.stdout.destroy();
    child.stderr.destroy();
  });
};

const serve = (connection: Connection, publicKey: string, options: SshServerOptions): void => {
  const allowed = parsePublic(publicKey);
  let sessions = 0;
  connection.on('error', () => {});
  connection.on('authentication', (context) => accept(context, allowed));
  connection.on('openssh.streamlocal', (acceptStream, reject, { socketPath }) => {
    const socket = connect({ path: socketPath });
    socket.on('error', () => reject());
    socket.on('connect', () => {
      const stream = acceptStream();
      // Whichever end goes takes the other along.
      stream.on('error', () => {}).on('close', () => socket.destroy());
      socket.on('close', () => stream.end());
      stream.pipe(socket).pipe(stream);
    });
  });
  connection.on('session', (acceptSession, rejectSession) => {
    if (sessions >= (options.maxSessions ?? 10)) {
      rejectSession();
      return;
    }
    sessions += 1;
    const session: Session = acceptSession();
    session.on('exec', (acceptExec, _reject, { command }) => {
      const greeting = options.greeting === undefined ? '' : `echo '${options.greeting}'; `;
      execute(acceptExec(), greeting + command, options, () => {
        sessions -= 1;
      });
    });
  });
};

const configText = (directory: string, port: number): string =>
  [
    'Host guest',
    '  HostName 127.0.0.1',
    `  Port ${port}`,
    '  User tester',
    `  IdentityFile ${join(directory, 'id')}`,
    `  UserKnownHostsFile ${join(directory, 'known_hosts')}`,
    '  GlobalKnownHostsFile none',
    '  IdentityAgent none',
    '',
  ].join('\n');

/** ssh2 now and then makes an ed25519 key that it cannot read itself. */
export const makeKeyPair = (): ReturnType<typeof ssh2.utils.generateKeyPairSync> => {
  const pair = generateKeyPairSync('ed25519');
  return parseKey(pair.private) instanceof Error ? makeKeyPair() : pair;
};

/** A real ssh server on 127.0.0.1 that runs commands as this user. */
export const openSshServer = async (options: SshServerOptions = {}): Promise<SshServer> => {
  const hostPair = makeKeyPair();
  const clientPair = makeKeyPair();
  const sockets = new Set<Socket>();
  let connections = 0;
  const ssh = new ssh2.Server({ hostKeys: [hostPair.private] }, (connection) => {
    serve(connection, clientPair.public, options);
  });
  // In front of it, so that connections can be cut.
  const listener = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => {});
    ssh.injectSocket(socket);
  });
  await new Promise<void>((resolve) => {
    listener.listen(0, '127.0.0.1', resolve);
  });
  const { port } = listener.address() as AddressInfo;
  const directory = mkdtempSync(join(tmpdir(), 'ssh-server-'));
  const files = {
    id: join(directory, 'id'),
    known: join(directory, 'known_hosts'),
    config: join(directory, 'config'),
  };
  writeFileSync(files.id, clientPair.private);
  chmodSync(files.id, 0o600);
  const hostKey = hostPair.public.split(' ').slice(0, 2).join(' ');
  writeFileSync(files.known, `[127.0.0.1]:${port} ${hostKey}\n`);
  writeFileSync(files.config, configText(directory, port));
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port,
    directory,
    configFile: files.config,
    knownHosts: files.known,
    hostKey,
    connections: () => connections,
    cut,
    async close(): Promise<void> {
      cut();
      await new Promise((resolve) => listener.close(resolve));
      rmSync(directory, { recursive: true, force: true });
    },
  };
};
