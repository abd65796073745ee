import type { ContainerFacts, PlaceFacts, Rootfs } from '../../engine/model/facts.ts';
import type { Plan } from '../../engine/model/plan.ts';
import type { Destination, ParkedRestore } from '../../engine/ports/destination.ts';
import type { Host } from '../../engine/ports/host.ts';
import { scriptArgv, scriptText } from '../door/script.ts';
import { readHostFacts } from '../facts/host-facts.ts';
import { differingDirectories } from '../facts/lower-layers.ts';
import { newestErrors } from '../keeper/criu-log.ts';
import { imagesOf, parentOf } from '../keeper/directories.ts';
import { makeDirectory, writeFiles } from '../keeper/migration-directory.ts';
import { readMigrationFacts } from '../keeper/migration-facts.ts';
import { destinationStanding, endRestore, restoreAgain, resumeHeld } from '../keeper/recover-restore.ts';
import { listenOptions } from '../pages/listen-options.ts';
import { openPageServer } from '../pages/page-server.ts';
import { parkVerification, receivedCheckpoint } from '../received/verify-received.ts';
import { criuConfig, restoreArgv } from './checkpoint.ts';
import { fileRoots } from './file-roots.ts';
import { departureMarker } from './marker.ts';
import { parkRestore } from './parked-restore.ts';
import type { RuncOptions } from './source.ts';
import { readRunningState } from './source-after-crash.ts';
import { readState } from './state.ts';

export interface RuncDestinationOptions extends RuncOptions {
  /** The source, to compare the lower directories of both hosts. */
  readonly source: Host;
}

/** The destination of a plain runc container. */
export const runcDestination = (host: Host, options: RuncDestinationOptions): Destination => {
  const { runcRoot, imagesDirectory, proven, source } = options;
  const park = (plan: Plan): Promise<ParkedRestore> => {
    const directory = plan.destinationDirectory;
    const { id, bundle } = plan.container;
    return parkRestore(
      host,
      directory,
      outputLogPath(plan),
      restoreArgv({ runcRoot, id, directory, bundle }),
    );
  };
  return {
    host: (signal) =>
      readHostFacts(host, { runtime: 'runc', role: 'destination', imagesDirectory, proven }, signal),
    place: (container, signal) => readDestinationFacts(host, source, runcRoot, container, signal),
    prepare: (plan) => prepare(host, plan),
    create: async (plan) => fileRoots(plan),
    openPageServer: (plan, images, parent) =>
      openPageServer(host, {
        directory: imagesOf(plan.destinationDirectory, images),
        parent: parentOf(parent),
        ...listenOptions(plan),
      }),
    parkVerification: (plan) => parkVerification(host, receivedCheckpoint(plan, configPathOf(plan))),
    park,
    lastErrors: (plan) => newestErrors(host, plan.destinationDirectory),
    standing: async (plan) => {
      const facts = await readMigrationFacts(host, plan.destinationDirectory);
      const state = await readRunningState(host, runcRoot, plan.container.id);
      return destinationStanding(facts, plan, state !== undefined);
    },
    resumeHeld: (plan) => resumeHeld(host, plan),
    restoreAgain: (plan) =>
      restoreAgain(host, plan, {
        runcRoot,
        id: plan.container.id,
        config: configPathOf(plan),
        park: () => park(plan),
      }),
    discard: async (plan) => {
      await endRestore(host, plan);
      await host.run({ argv: scriptArgv('forget-container', runcRoot, plan.container.id) });
      const mounted = plan.rootfs.kind === 'overlay' ? [plan.rootfs.path] : [];
      await host.run({ argv: scriptArgv('discard-destination', plan.destinationDirectory, ...mounted) });
      await host.run({ argv: scriptArgv('remove-directory', plan.destinationDirectory, plan.migration) });
    },
    release: async (plan) => {
      await host.run({ argv: ['rm', '-f', '--', `${plan.container.bundle}/${departureMarker.name}`] });
      await host.run({ argv: scriptArgv('remove-directory', plan.destinationDirectory, plan.migration) });
    },
  };
};

const configPathOf = ({ container }: Plan): string => `${container.bundle}/config.json`;

/** Returns the log for output to pipes, which have no reader on the destination. Empty: no pipes. */
export const outputLogPath = (plan: Plan): string =>
  plan.container.stdio.some(({ kind }) => kind === 'pipe') ? `${plan.container.bundle}/output.log` : '';

const readDestinationFacts = async (
  host: Host,
  source: Host,
  runcRoot: string,
  container: ContainerFacts,
  signal?: AbortSignal,
): Promise<PlaceFacts> => {
  const wanted = [
    ...container.bindMounts.map(({ source }) => source),
    ...container.joinedNamespaces.map(({ path }) => path),
  ];
  const lower = container.rootfs.kind === 'overlay' ? container.rootfs.lower : [];
  const state = await readState(host, runcRoot, container.id, signal);
  const written = [container.bundle, ...directoriesOf(container.rootfs)];
  const missing = await missingPaths(host, [...written, ...lower, ...wanted], signal);
  const present = lower.filter((path) => !missing.has(path));
  return {
    idTaken: state !== undefined,
    bundle: written.every((path) => missing.has(path))
      ? 'absent'
      : await bundleOwner(host, container, signal),
    missingLower: lower.filter((path) => missing.has(path)),
    differentLower: await differingDirectories(source, host, present, signal),
    missingPaths: wanted.filter((path) => missing.has(path)),
    reachable: { ok: true, detail: '' },
    docker: undefined,
  };
};

const missingPaths = async (
  host: Host,
  paths: readonly string[],
  signal?: AbortSignal,
): Promise<ReadonlySet<string>> => {
  const test = 'for path; do [ -e "$path" ] || printf "%s\\0" "$path"; done';
  const { stdout } = await host.run({ argv: ['sh', '-c', test, 'sh', ...paths] }, signal);
  return new Set(stdout.split('\0').filter((path) => path !== ''));
};

const bundleOwner = async (
  host: Host,
  container: ContainerFacts,
  signal?: AbortSignal,
): Promise<'left-behind' | 'foreign'> => {
  const { stdout } = await host.probe(
    { argv: ['cat', '--', `${container.bundle}/${departureMarker.name}`] },
    signal,
  );
  return departureMarker.isOf(container.id, stdout) ? 'left-behind' : 'foreign';
};

const prepare = async (host: Host, plan: Plan): Promise<void> => {
  const directory = plan.destinationDirectory;
  const files = [plan.container.bundle, ...directoriesOf(plan.rootfs), ...plan.copyLower];
  await makeDirectory(
    host,
    plan,
    scriptArgv('make-destination-directory', directory, plan.migration, ...files),
  );
  const script = `${directory}/destination-hold.sh`;
  const mount =
    plan.rootfs.kind === 'overlay' ? `${plan.rootfs.path}\n${overlayOptions(plan.rootfs)}\n` : undefined;
  await writeFiles(host, { directory, migration: plan.migration }, [
    { name: 'destination-hold.sh', content: scriptText('destination-hold'), mode: 0o700 },
    { name: 'hand-over.sh', content: scriptText('hand-over'), mode: 0o700 },
    { name: 'restore.conf', content: criuConfig(plan, script), mode: 0o600 },
    ...(mount === undefined ? [] : [{ name: 'mount', content: mount, mode: 0o600 }]),
  ]);
};

const directoriesOf = (rootfs: Rootfs): readonly string[] =>
  rootfs.kind === 'overlay' ? [rootfs.path, rootfs.upper, rootfs.work] : [rootfs.path];

const overlayOptions = (rootfs: Extract<Rootfs, { kind: 'overlay' }>): string => {
  const escapePath = (path: string): string => path.replace(/([\\,:])/g, '\\$1');
  return [
    ...rootfs.mountOptions,
    `lowerdir=${rootfs.lower.map(escapePath).join(':')}`,
    `upperdir=${escapePath(rootfs.upper)}`,
    `workdir=${escapePath(rootfs.work)}`,
  ].join(',');
};
