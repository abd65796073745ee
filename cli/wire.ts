import { randomBytes } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Millis, millis } from '../engine/model/units.ts';
import type { Clock, Host } from '../engine/ports.ts';
import type { MigrationPorts } from '../engine/run/migration.ts';
import { dockerDestination } from '../transport/docker/destination.ts';
import { knowsContainer } from '../transport/docker/knows-container.ts';
import { dockerSource } from '../transport/docker/source.ts';
import { localHost } from '../transport/host/local-host.ts';
import { remoteHost } from '../transport/host/remote-host.ts';
import { resolveTarget } from '../transport/host/ssh-target.ts';
import { sshLink } from '../transport/link/ssh-link.ts';
import { runcDestination } from '../transport/runc/destination.ts';
import { runcSource } from '../transport/runc/source.ts';
import { checkContainerId } from '../transport/runc/state.ts';
import type { HostOptions } from './host-options.ts';

export interface Wired {
  readonly ports: MigrationPorts;
  readonly from: string;
  readonly to: string;
  /** The destination as the source reaches it. */
  readonly address: string;
  close(): Promise<void>;
}

const systemClock: Clock = {
  now: () => millis(performance.now()),
  sleep: (duration, signal) =>
    sleep(duration, undefined, signal === undefined ? {} : { signal }).catch(() => {}),
};

/** Puts hosts, runtimes and link together for one command. Asks the source only whose container it is. */
export const wire = async (options: HostOptions, container: string, stall: Millis): Promise<Wired> => {
  checkContainerId(container);
  const { sshConfig } = options;
  const ssh = sshConfig === undefined ? {} : { configFile: sshConfig };
  const source: Host = options.from === undefined ? localHost() : remoteHost(options.from, ssh);
  const destination = remoteHost(options.to, ssh);
  const close = async (): Promise<void> => {
    await Promise.allSettled([source.close(), destination.close()]);
  };
  try {
    const runtime = await runtimeOf(source, container, options.runtime);
    return {
      ports: {
        ...sidesOf(runtime, source, destination, options),
        link: sshLink({ source, destination, sshPort: options.sshPort }),
        clock: systemClock,
        patience: { stall },
      },
      from: source.name,
      to: destination.name,
      address: options.toAddress ?? resolveTarget(options.to, sshConfig).host,
      close,
    };
  } catch (cause) {
    await close();
    throw cause;
  }
};

type Runtime = 'runc' | 'docker';

const runtimeOf = async (
  source: Host,
  container: string,
  asked: HostOptions['runtime'] = 'auto',
): Promise<Runtime> => {
  if (asked !== 'auto') return asked;
  return (await knowsContainer(source, container)) ? 'docker' : 'runc';
};

const sidesOf = (
  runtime: Runtime,
  source: Host,
  destination: Host,
  { imagesDir: imagesDirectory, runcRoot }: HostOptions,
): Pick<MigrationPorts, 'source' | 'destination'> => {
  if (runtime === 'docker') {
    const docker = { imagesDirectory };
    return {
      source: dockerSource(source, docker),
      destination: dockerDestination(destination, { ...docker, source }),
    };
  }
  const runc = { runcRoot, imagesDirectory };
  return {
    source: runcSource(source, runc),
    destination: runcDestination(destination, { ...runc, source }),
  };
};

/** Names one migration: when it began, and enough chance to be the only one. */
export const newMigrationId = (): string =>
  `${new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '')}-${randomBytes(3).toString('hex')}`;
