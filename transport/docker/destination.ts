import { InvalidInput } from '../../engine/model/errors.ts';
import type { PlaceFacts } from '../../engine/model/facts.ts';
import type { FileRoot } from '../../engine/model/file-root.ts';
import type { Plan } from '../../engine/model/plan.ts';
import type { Destination, ParkedRestore } from '../../engine/ports/destination.ts';
import type { Host } from '../../engine/ports/host.ts';
import { scriptArgv, scriptText } from '../door/script.ts';
import { readHostFacts } from '../facts/host-facts.ts';
import { newestErrors } from '../keeper/criu-log.ts';
import { imagesOf, parentOf } from '../keeper/directories.ts';
import { makeDirectory, writeFiles } from '../keeper/migration-directory.ts';
import { endRestore, restoreAgain, resumeHeld } from '../keeper/recover-restore.ts';
import { listenOptions } from '../pages/listen-options.ts';
import { openPageServer } from '../pages/page-server.ts';
import { parkVerification, receivedCheckpoint } from '../received/verify-received.ts';
import { criuConfig, keepsTcp } from '../runc/checkpoint.ts';
import { forgetParkedStart, readDestinationAfterCrash, runcRootOf } from './after-crash.ts';
import { type CreatedContainer, createOnDestination } from './create.ts';
import { createdNote, readCreatedNote } from './created-note.ts';
import { readDestinationFacts } from './destination-facts.ts';
import { type DockerApi, dockerApi } from './docker-api.ts';
import { dockerFileRoots, isLogCopied, stagedLogPath } from './file-roots.ts';
import { noteMadeObject, removeMadeObjects } from './made-objects.ts';
import { parkDockerRestore } from './parked-restore.ts';
import { applyRestartPolicy } from './restart-policy.ts';
import type { DockerOptions } from './source.ts';
import { waitForDocker } from './wait-for-docker.ts';

export interface DockerDestinationOptions extends DockerOptions {
  /** The source: its Docker knows how the container was created. */
  readonly source: Host;
}

/** The destination of a Docker container. The start in Docker waits until the images have arrived. */
export const dockerDestination = (host: Host, options: DockerDestinationOptions): Destination => {
  const { imagesDirectory, proven, source } = options;
  const docker = dockerApi(host);
  const onSource = { host: source, docker: dockerApi(source) };
  /** New containers by migration. */
  const created = new Map<string, CreatedContainer>();
  const createdFor = ({ migration }: Plan): CreatedContainer => {
    const made = created.get(migration);
    if (made === undefined) throw new Error('the container has not been created on the destination');
    return made;
  };
  return {
    host: (signal) =>
      readHostFacts(host, { runtime: 'docker', role: 'destination', imagesDirectory, proven }, signal),
    place: async (container, signal): Promise<PlaceFacts> => ({
      idTaken: false,
      bundle: 'absent',
      missingLower: [],
      differentLower: [],
      missingPaths: [],
      reachable: { ok: true, detail: '' },
      docker: container.docker && (await readDestinationFacts(host, docker, container.docker, signal)),
    }),
    prepare: async (plan) => {
      const directory = plan.destinationDirectory;
      await makeDirectory(host, plan, scriptArgv('make-destination-directory', directory, plan.migration));
      await writeFiles(host, { directory, migration: plan.migration }, [
        { name: 'destination-hold.sh', content: scriptText('destination-hold'), mode: 0o700 },
        { name: 'hand-over.sh', content: scriptText('hand-over'), mode: 0o700 },
      ]);
      const { docker: facts } = plan.container;
      if (facts !== undefined && plan.docker?.shipImage === true) {
        await noteMadeObject(host, directory, { kind: 'image-content', name: facts.image.identity });
      }
    },
    create: async (plan): Promise<readonly FileRoot[]> => {
      const made = await createOnDestination(onSource, { host, docker }, plan);
      created.set(plan.migration, made);
      const { destinationDirectory: directory, migration } = plan;
      await writeFiles(host, { directory, migration }, filesForRestore(plan, made));
      return dockerFileRoots(source, plan, made);
    },
    openPageServer: (plan, images, parent) =>
      openPageServer(host, {
        directory: imagesOf(plan.destinationDirectory, images),
        parent: parentOf(parent),
        ...listenOptions(plan),
      }),
    parkVerification: (plan) => parkVerification(host, receivedCheckpoint(plan, configPathOf(plan))),
    park: (plan) => parkDockerRestore(host, plan.destinationDirectory, createdFor(plan).id),
    lastErrors: (plan) => newestErrors(host, plan.destinationDirectory),
    standing: (plan) => readDestinationAfterCrash(host, docker, plan),
    resumeHeld: (plan) => resumeHeld(host, plan),
    restoreAgain: (plan) => restoreContainerAgain(host, docker, plan),
    discard: (plan) => discard(host, docker, plan),
    release: async (plan) => {
      await waitForDocker(docker);
      const made = created.get(plan.migration) ?? (await readCreatedNote(host, plan));
      // The note is removed with the directory. Without a note, an earlier call has done this.
      if (made !== undefined) {
        await applyRestartPolicy(docker, made.id, made.restartPolicy);
        await host.run({ argv: ['rm', '-f', '--', stagedLogPath(made.directory)] });
      }
      await host.run({ argv: scriptArgv('remove-directory', plan.destinationDirectory, plan.migration) });
    },
  };
};

/** The copy of Docker's configuration that docker-runtime.sh saves when the restore is parked. */
const configPathOf = ({ destinationDirectory }: Plan): string => `${destinationDirectory}/config.json`;

const restoreContainerAgain = async (host: Host, docker: DockerApi, plan: Plan): Promise<void> => {
  const made = await readCreatedNote(host, plan);
  if (made === undefined)
    throw new InvalidInput(
      `${host.name} has no note of the container that this migration created (created.json in ${plan.destinationDirectory})`,
    );
  const park = async (): Promise<ParkedRestore> => {
    await waitForDocker(docker);
    await forgetParkedStart(host, plan);
    return parkDockerRestore(host, plan.destinationDirectory, made.id);
  };
  await restoreAgain(host, plan, {
    runcRoot: runcRootOf(plan),
    id: made.id,
    config: configPathOf(plan),
    park,
  });
};

/** Returns the files that the restore reads. */
const filesForRestore = (plan: Plan, made: CreatedContainer): Parameters<typeof writeFiles>[2] => {
  const { id, directory, source } = made;
  // runc up to 1.1 does not tell criu that the cgroup has a new name; criu would make the old one again.
  const cgroup = plan.container.cgroupPath.replaceAll(plan.container.id, id);
  const script = `${plan.destinationDirectory}/destination-hold.sh`;
  const content = criuConfig(plan, script, [`cgroup-root ${cgroup}`]);
  const attach = plan.docker?.attach ?? 'restore';
  const flags = keepsTcp(plan) ? '--tcp-established\n' : '';
  return [
    { name: 'restore.conf', content, mode: 0o600 },
    createdNote(made),
    ...(isLogCopied(source)
      ? [{ name: 'log', content: `${stagedLogPath(directory)}\n${directory}/${id}-json.log\n`, mode: 0o600 }]
      : []),
    ...(attach === 'restore' ? [] : [{ name: 'attach', content: `${attach}\n`, mode: 0o600 }]),
    ...(flags === '' ? [] : [{ name: 'restore.flags', content: flags, mode: 0o600 }]),
  ];
};

const discard = async (host: Host, docker: DockerApi, plan: Plan): Promise<void> => {
  const { destinationDirectory, migration } = plan;
  await endRestore(host, plan);
  await waitForDocker(docker);
  await forgetParkedStart(host, plan);
  const made = await readCreatedNote(host, plan);
  if (made !== undefined) await host.run({ argv: scriptArgv('forget-container', runcRootOf(plan), made.id) });
  await removeMadeObjects(host, docker, destinationDirectory);
  await host.run({ argv: scriptArgv('discard-destination', destinationDirectory) });
  await host.run({ argv: scriptArgv('remove-directory', destinationDirectory, migration) });
};
