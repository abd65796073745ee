import { createHash } from 'node:crypto';
import { z } from 'zod';
import { InvalidInput } from '../../engine/model/errors.ts';
import type { Host } from '../../engine/ports/host.ts';
import { jsonOf } from '../door/json.ts';
import { scriptArgv, scriptText } from '../door/script.ts';
import { sayingNoRuntimes, withoutRuntime, withRuntime } from './daemon-json.ts';
import { FORMER, type HostDaemon, INSTALLED, RUNTIME, readHostDaemon, WRAPPER } from './host-daemon.ts';

export type WrapperState = 'ready' | 'outdated' | 'missing';

/** What is to be done on a host, and how `daemon.json` looks before and after; `undefined`: there is none. */
export interface HostChange {
  readonly daemon: HostDaemon;
  readonly wrapper: 'write' | 'replace' | 'remove' | undefined;
  readonly config: { readonly before: string | undefined; readonly after: string | undefined } | undefined;
}

/** Names one text of the wrapper. */
export const versionOf = (wrapper: string): string =>
  createHash('sha256').update(wrapper).digest('hex').slice(0, 12);

/** The version of the wrapper that this precopy brings. */
export const ourVersion = (): string => versionOf(scriptText('docker-runtime'));

export const wrapperState = ({ runtimePath, wrapper }: HostDaemon): WrapperState => {
  if (runtimePath !== WRAPPER || wrapper === undefined) return 'missing';
  return wrapper === scriptText('docker-runtime') ? 'ready' : 'outdated';
};

/** `undefined`: nothing to do. */
export const setupOf = (daemon: HostDaemon): HostChange | undefined => {
  if (wrapperState(daemon) === 'ready') return undefined;
  const { wrapper, config: before, configPath: file } = daemon;
  const after = withRuntime({ text: before, file }, RUNTIME, WRAPPER);
  const written = wrapper === undefined ? 'write' : 'replace';
  return {
    daemon,
    wrapper: wrapper === scriptText('docker-runtime') ? undefined : written,
    // A file that names the runtime already, but was never read, is read again.
    config: after === before && daemon.runtimePath === WRAPPER ? undefined : { before, after },
  };
};

/** `undefined`: nothing to do. */
export const removalOf = (daemon: HostDaemon): HostChange | undefined => {
  const { wrapper, config: before, configPath: file } = daemon;
  const after = withoutRuntime({ text: before, file }, RUNTIME, formerOf(daemon));
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
  if (!parsed.success) throw new InvalidInput(`${FORMER} is not what precopy wrote`);
  return { text: parsed.data.daemonJson ?? undefined, file };
};

/** Installs the wrapper and has Docker know it. When Docker does not take it, all is as before. */
export const setUpHost = async (host: Host, { daemon, wrapper, config }: HostChange): Promise<void> => {
  await host.run({ argv: ['mkdir', '-p', '-m', '755', '--', INSTALLED] });
  if (wrapper !== undefined) await host.writeFile(WRAPPER, scriptText('docker-runtime'), 0o755);
  if (config === undefined) return;
  try {
    if (config.before !== config.after) {
      const former = JSON.stringify({ daemonJson: config.before ?? null });
      await host.writeFile(FORMER, `${former}\n`, 0o600);
    }
    await configure(host, daemon, config, WRAPPER);
  } catch (error) {
    if (wrapper === 'write') await removeInstalled(host);
    throw error;
  }
};

/** Has Docker forget the wrapper, and removes what set-up wrote. */
export const clearHost = async (host: Host, { daemon, config }: HostChange): Promise<void> => {
  if (config !== undefined) {
    const { before, after } = config;
    const between = sayingNoRuntimes({ text: after, file: daemon.configPath });
    if (between !== undefined) await configure(host, daemon, { before, after: between }, '');
    await configure(host, daemon, { before: between ?? before, after }, '');
  }
  await removeInstalled(host);
};

const removeInstalled = async (host: Host): Promise<void> => {
  await host.run({ argv: ['rm', '-f', '--', WRAPPER, FORMER] });
  await host.probe({ argv: ['rmdir', '--', INSTALLED] });
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
    argv: scriptArgv('docker-daemon-configure', pid, configPath, former, candidate, RUNTIME, path),
  });
};

/** Names of the containers that were created with our runtime: they cannot start without it. */
export const runtimeUsers = async (host: Host): Promise<readonly string[]> => {
  const { stdout } = await host.run({ argv: scriptArgv('docker-runtime-users', RUNTIME) });
  return stdout.split('\n').filter((name) => name !== '');
};

export const readWrapperState = async (host: Host, signal?: AbortSignal): Promise<WrapperState> =>
  wrapperState(await readHostDaemon(host, signal));
