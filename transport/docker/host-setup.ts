import { createHash } from 'node:crypto';
import { z } from 'zod';
import { InvalidInput } from '../../engine/model/errors.ts';
import type { Host } from '../../engine/ports/host.ts';
import { jsonOf } from '../door/json.ts';
import { scriptArgv, scriptText } from '../door/script.ts';
import { withEmptyRuntimes, withoutRuntime, withRuntime } from './daemon-json.ts';
import {
  FORMER_CONFIG_PATH,
  type HostDaemon,
  INSTALL_DIRECTORY,
  RUNTIME_NAME,
  readHostDaemon,
  WRAPPER_PATH,
} from './host-daemon.ts';

export type WrapperState = 'ready' | 'outdated' | 'missing';

/** What changes on a host. `before` and `after` are the texts of `daemon.json`; undefined: no file. */
export interface HostChange {
  readonly daemon: HostDaemon;
  readonly wrapper: 'write' | 'replace' | 'remove' | undefined;
  readonly config: { readonly before: string | undefined; readonly after: string | undefined } | undefined;
}

/** Returns a name for this text of the wrapper. */
export const versionOf = (wrapper: string): string =>
  createHash('sha256').update(wrapper).digest('hex').slice(0, 12);

/** Returns the version of the wrapper in this precopy. */
export const currentVersion = (): string => versionOf(scriptText('docker-runtime'));

export const wrapperState = ({ runtimePath, wrapper }: HostDaemon): WrapperState => {
  if (runtimePath !== WRAPPER_PATH || wrapper === undefined) return 'missing';
  return wrapper === scriptText('docker-runtime') ? 'ready' : 'outdated';
};

/** Returns undefined when the host is set up already. */
export const planSetup = (daemon: HostDaemon): HostChange | undefined => {
  if (wrapperState(daemon) === 'ready') return undefined;
  const { wrapper, config: before, configPath: file } = daemon;
  const after = withRuntime({ text: before, file }, RUNTIME_NAME, WRAPPER_PATH);
  const written = wrapper === undefined ? 'write' : 'replace';
  return {
    daemon,
    wrapper: wrapper === scriptText('docker-runtime') ? undefined : written,
    // A file that names the runtime already, but that Docker has not read yet, is read again.
    config: after === before && daemon.runtimePath === WRAPPER_PATH ? undefined : { before, after },
  };
};

/** Returns undefined when nothing is installed. */
export const planRemoval = (daemon: HostDaemon): HostChange | undefined => {
  const { wrapper, config: before, configPath: file } = daemon;
  const after = withoutRuntime({ text: before, file }, RUNTIME_NAME, formerOf(daemon));
  if (wrapper === undefined && after === before) return undefined;
  return {
    daemon,
    wrapper: wrapper === undefined ? undefined : 'remove',
    config: after === before ? undefined : { before, after },
  };
};

const formerSchema = z.object({ daemonJson: z.string().nullable() });

const formerOf = ({ former, configPath: file }: HostDaemon): Parameters<typeof withoutRuntime>[2] => {
  if (former === undefined) return undefined;
  const parsed = formerSchema.safeParse(jsonOf(former));
  if (!parsed.success)
    throw new InvalidInput(`${FORMER_CONFIG_PATH} does not have the content that precopy writes`);
  return { text: parsed.data.daemonJson ?? undefined, file };
};

/** Installs the wrapper and makes Docker load it. Puts everything back when Docker rejects it. */
export const setUpHost = async (host: Host, { daemon, wrapper, config }: HostChange): Promise<void> => {
  await host.run({ argv: ['mkdir', '-p', '-m', '755', '--', INSTALL_DIRECTORY] });
  if (wrapper !== undefined) await host.writeFile(WRAPPER_PATH, scriptText('docker-runtime'), 0o755);
  if (config === undefined) return;
  try {
    if (config.before !== config.after) {
      const former = JSON.stringify({ daemonJson: config.before ?? null });
      await host.writeFile(FORMER_CONFIG_PATH, `${former}\n`, 0o600);
    }
    await configure(host, daemon, config, WRAPPER_PATH);
  } catch (error) {
    if (wrapper === 'write') await removeInstalled(host);
    throw error;
  }
};

/** Makes Docker forget the wrapper, and removes what the set-up wrote. */
export const undoHostSetup = async (host: Host, { daemon, config }: HostChange): Promise<void> => {
  if (config !== undefined) {
    const { before, after } = config;
    const withoutEntries = withEmptyRuntimes({ text: after, file: daemon.configPath });
    if (withoutEntries !== undefined) await configure(host, daemon, { before, after: withoutEntries }, '');
    await configure(host, daemon, { before: withoutEntries ?? before, after }, '');
  }
  await removeInstalled(host);
};

const removeInstalled = async (host: Host): Promise<void> => {
  await host.run({ argv: ['rm', '-f', '--', WRAPPER_PATH, FORMER_CONFIG_PATH] });
  await host.probe({ argv: ['rmdir', '--', INSTALL_DIRECTORY] });
};

const configure = async (
  host: Host,
  { pid, configPath }: HostDaemon,
  { before, after }: NonNullable<HostChange['config']>,
  path: string,
): Promise<void> => {
  const candidate = after === undefined ? '' : `${configPath}.precopy-new`;
  if (after !== undefined) await host.writeFile(candidate, after, 0o644);
  const former = before === undefined ? '' : createHash('sha256').update(before).digest('hex');
  await host.run({
    argv: scriptArgv('docker-daemon-configure', pid, configPath, former, candidate, RUNTIME_NAME, path),
  });
};

/** Returns the containers that were created with precopy's runtime: they cannot start without it. */
export const readRuntimeUsers = async (host: Host): Promise<readonly string[]> => {
  const { stdout } = await host.run({ argv: scriptArgv('docker-runtime-users', RUNTIME_NAME) });
  return stdout.split('\n').filter((name) => name !== '');
};

export const readWrapperState = async (host: Host, signal?: AbortSignal): Promise<WrapperState> =>
  wrapperState(await readHostDaemon(host, signal));
