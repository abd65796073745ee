import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import type { Millis } from '../../engine/model/units.ts';
import type { Host } from '../../engine/ports/host.ts';
import type { Source } from '../../engine/ports/source.ts';
import type { MigrationPorts } from '../../engine/run/migration.ts';
import { dockerDestination } from '../../transport/docker/destination.ts';
import { knowsContainer } from '../../transport/docker/knows-container.ts';
import { dockerSource } from '../../transport/docker/source.ts';
import { type ProvenHolds, storedProofs } from '../../transport/facts/proven-holds.ts';
import { localHost } from '../../transport/host/local-host.ts';
import { type RemoteHostOptions, remoteHost } from '../../transport/host/remote-host.ts';
import { resolveTarget } from '../../transport/host/ssh-target.ts';
import { journalDirectory } from '../../transport/journal/journal-path.ts';
import { sshLink } from '../../transport/link/ssh-link.ts';
import { runcDestination } from '../../transport/runc/destination.ts';
import { runcSource } from '../../transport/runc/source.ts';
import { checkContainerId } from '../../transport/runc/state.ts';
import { systemClock } from '../../transport/system-clock.ts';
import type { HostOptions, SourceOptions } from '../options/host-options.ts';

export interface OpenPorts {
  readonly ports: MigrationPorts;
  readonly from: string;
  readonly to: string;
  /** The destination as the source reaches it. */
  readonly address: string;
  close(): Promise<void>;
}

export interface OpenSource {
  readonly host: Host;
  readonly source: Source;
  close(): Promise<void>;
}

const sshOf = ({ sshConfig, sudo }: SourceOptions): RemoteHostOptions => ({
  ...(sshConfig === undefined ? {} : { configFile: sshConfig }),
  sudo: sudo === true,
});

const sourceHost = (options: SourceOptions): Host =>
  options.from === undefined ? localHost() : remoteHost(options.from, sshOf(options));

/** Opens the source alone, for commands without a destination. */
export const openSource = async (options: SourceOptions, container: string): Promise<OpenSource> => {
  checkContainerId(container);
  const host = sourceHost(options);
  const close = (): Promise<void> => host.close();
  try {
    return {
      host,
      source: sourceOf(await runtimeOf(host, container, options.runtime), host, options),
      close,
    };
  } catch (cause) {
    await close();
    throw cause;
  }
};

/** Opens hosts, runtimes and link for one command. Asks the source only for the container's runtime. */
export const openPorts = async (
  options: HostOptions,
  container: string,
  stall: Millis,
): Promise<OpenPorts> => {
  checkContainerId(container);
  const { sshConfig } = options;
  const source = sourceHost(options);
  const destination = remoteHost(options.to, sshOf(options));
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
  requested: SourceOptions['runtime'] = 'auto',
): Promise<Runtime> => {
  if (requested !== 'auto') return requested;
  return (await knowsContainer(source, container)) ? 'docker' : 'runc';
};

const sourceOf = (
  runtime: Runtime,
  source: Host,
  { imagesDir: imagesDirectory, runcRoot }: SourceOptions,
): Source => {
  const common = {
    imagesDirectory,
    proven: storedHolds(),
    owner: `${hostname()}, process ${process.pid}`,
  };
  return runtime === 'docker' ? dockerSource(source, common) : runcSource(source, { ...common, runcRoot });
};

const storedHolds = (): ProvenHolds => storedProofs(join(dirname(journalDirectory()), 'proven-holds'));

const sidesOf = (
  runtime: Runtime,
  source: Host,
  destination: Host,
  options: HostOptions,
): Pick<MigrationPorts, 'source' | 'destination'> => {
  const { imagesDir: imagesDirectory, runcRoot } = options;
  const common = { imagesDirectory, proven: storedHolds(), source };
  return {
    source: sourceOf(runtime, source, options),
    destination:
      runtime === 'docker'
        ? dockerDestination(destination, common)
        : runcDestination(destination, { ...common, runcRoot }),
  };
};
