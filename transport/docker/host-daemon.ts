import { InvalidInput } from '../../engine/model/errors.ts';
import type { Host } from '../../engine/ports/host.ts';
import { parseRecords } from '../door/records.ts';
import { scriptArgv } from '../door/script.ts';

/** Where `precopy host setup` puts what it installs. */
export const INSTALLED = '/usr/local/lib/precopy';
export const WRAPPER: string = `${INSTALLED}/docker-runtime`;
export const FORMER: string = `${INSTALLED}/former.json`;
/** The name Docker knows the wrapper by. */
export const RUNTIME = 'precopy';

/** Docker's daemon on a host, and what is there of our runtime. */
export interface HostDaemon {
  readonly pid: number;
  readonly version: string;
  /** Path and content of its `daemon.json`; no content when there is no such file. */
  readonly configPath: string;
  readonly config: string | undefined;
  /** What Docker itself says our runtime's name leads to. */
  readonly runtimePath: string | undefined;
  readonly wrapper: string | undefined;
  /** What an earlier set-up noted about the configuration it found. */
  readonly former: string | undefined;
}

/** Rejects with `InvalidInput` where no Docker runs or none answers. Changes nothing. */
export const readHostDaemon = async (host: Host, signal?: AbortSignal): Promise<HostDaemon> => {
  const { stdout } = await host.run({ argv: scriptArgv('docker-daemon', INSTALLED) }, signal);
  const { one, all } = parseRecords(stdout);
  const pid = Number(one('pid'));
  const configPath = one('config');
  if (!Number.isSafeInteger(pid) || configPath === undefined) {
    throw new InvalidInput(`no dockerd runs on ${host.name}, as far as /run/docker.pid tells`);
  }
  const version = one('version');
  if (version === undefined) {
    throw new InvalidInput(`Docker on ${host.name} does not answer: ${one('silent') ?? 'it says nothing'}`);
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
      .find(([name]) => name === RUNTIME)?.[1],
    wrapper: contents('wrapper'),
    former: contents('former'),
  };
};
