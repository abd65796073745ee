import { InvalidInput } from '../../engine/model/errors.ts';
import type { Host } from '../../engine/ports/host.ts';
import { parseRecords } from '../door/records.ts';
import { scriptArgv } from '../door/script.ts';

/** The directory that `precopy host setup` installs to. */
export const INSTALL_DIRECTORY = '/usr/local/lib/precopy';
export const WRAPPER_PATH: string = `${INSTALL_DIRECTORY}/docker-runtime`;
/** The note of the `daemon.json` that the set-up replaced. */
export const FORMER_CONFIG_PATH: string = `${INSTALL_DIRECTORY}/former.json`;
/** Docker's name for the wrapper. */
export const RUNTIME_NAME = 'precopy';

/** Docker's daemon on a host, and the state of precopy's runtime in it. */
export interface HostDaemon {
  readonly pid: number;
  readonly version: string;
  readonly configPath: string;
  /** The content of `daemon.json`; undefined when there is no such file. */
  readonly config: string | undefined;
  /** The path that Docker's daemon has loaded for precopy's runtime. */
  readonly runtimePath: string | undefined;
  readonly wrapper: string | undefined;
  /** The content of an earlier set-up's note of the configuration. */
  readonly former: string | undefined;
}

/** Rejects with `InvalidInput` when no Docker runs or none answers. Changes nothing. */
export const readHostDaemon = async (host: Host, signal?: AbortSignal): Promise<HostDaemon> => {
  const { stdout } = await host.run({ argv: scriptArgv('docker-daemon', INSTALL_DIRECTORY) }, signal);
  const { one, all } = parseRecords(stdout);
  const pid = Number(one('pid'));
  const configPath = one('config');
  if (!Number.isSafeInteger(pid) || configPath === undefined) {
    throw new InvalidInput(`no dockerd runs on ${host.name}: start Docker there and try again`);
  }
  const version = one('version');
  if (version === undefined) {
    throw new InvalidInput(
      `Docker on ${host.name} does not answer: ${one('silent') ?? 'docker info prints nothing'}`,
    );
  }
  const contents = (key: string): string | undefined => {
    const value = one(key);
    return value === undefined ? undefined : Buffer.from(value, 'base64').toString();
  };
  return {
    pid,
    version,
    configPath,
    config: contents('config-content'),
    runtimePath: all('runtime')
      .map((entry) => entry.split(' '))
      .find(([name]) => name === RUNTIME_NAME)?.[1],
    wrapper: contents('wrapper'),
    former: contents('former'),
  };
};
