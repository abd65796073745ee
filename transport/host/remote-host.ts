import type { Host } from '../../engine/ports/host.ts';
import { connectionAsRoot } from './as-root.ts';
import { processHost } from './process-host.ts';
import { spawnRemote } from './remote-process.ts';
import { dialRemote } from './remote-socket.ts';
import { sharedConnection } from './shared-connection.ts';
import { connect } from './ssh-connection.ts';
import { resolveTarget } from './ssh-target.ts';

export interface RemoteHostOptions {
  /** A file to read instead of `~/.ssh/config`. */
  readonly configFile?: string;
  /** Run commands as root, by sudo when another user logs in. */
  readonly sudo?: boolean;
  /** Called for each setting of the user's ssh configuration that precopy does not follow. */
  readonly onWarning?: (message: string) => void;
}

/**
 * Returns a host that is reached over ssh: `[user@]host[:port]`, `ssh://user@host:port`, or an alias of the
 * ssh configuration. Throws `InvalidInput` when the destination cannot be parsed or needs something that
 * precopy does not support. Connects at the first command.
 */
export const remoteHost = (destination: string, options: RemoteHostOptions = {}): Host => {
  const target = resolveTarget(destination, options.configFile);
  for (const warning of target.warnings) options.onWarning?.(warning);
  const connection = sharedConnection(destination, async () => {
    const login = await connect(destination, target);
    return options.sudo === true && target.user !== 'root'
      ? connectionAsRoot(destination, target.user, login)
      : login;
  });
  return processHost({
    name: destination,
    spawn: (argv, purpose, signal) => spawnRemote(destination, connection, argv, purpose, signal),
    dial: (path) => dialRemote(destination, connection, path),
    close: connection.close,
  });
};
