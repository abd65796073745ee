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
import { type Created, createOnDestination } from './create.ts';
import { createdNote, readCreatedNote } from './created-note.ts';
import { type DockerApi, dockerApi } from './docker-api.ts';
import { dockerFileRoots, logMoves, stagedLog } from './file-roots.ts';
import { dockerStanding, forgetParked, runcRootOf } from './left-restore.ts';
import { note, removeMade } from './made.ts';
import { parkDockerRestore } from './parked-restore.ts';
import { readDockerPlace } from './place.ts';
import { activateRestartPolicy } from './restart-policy.ts';
import type { DockerOptions } from './source.ts';
import { untilDockerAnswers } from './until-it-answers.ts';

export interface DockerDestinationOptions extends DockerOptions {
  /** The source, whose Docker tells how the container was made. */
  readonly source: Host;
}

/** The destination side of a Docker container: Docker makes it, and holds its start until the images are there. */
export const dockerDestination = (host: Host, options: DockerDestinationOptions): Destination => {
  const { imagesDirectory, proven, source } = options;
  const docker = dockerApi(host);
  const here = { host: source, docker: dockerApi(source) };
  /** New containers by migration. */
  const created = new Map<string, Created>();
  const createdFor = ({ migration }: Plan): Created => {
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
      docker: container.docker && (await readDockerPlace(host, docker, container.docker, signal)),
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
        await note(host, directory, { kind: 'image-content', name: facts.image.identity });
      }
    },
    create: async (plan): Promise<readonly FileRoot[]> => {
      const made = await createOnDestination(here, { host, docker }, plan);
      created.set(plan.migration, made);
      const { destinationDirectory: directory, migration } = plan;
      await writeFiles(host, { directory, migration }, restoreFiles(plan, made));
      return dockerFileRoots(source, plan, made);
    },
    openPageServer: (plan, images, parent) =>
      openPageServer(host, {
        directory: imagesOf(plan.destinationDirectory, images),
        parent: parentOf(parent),
        ...listenOptions(plan),
      }),
    parkVerification: (plan) => parkVerification(host, receivedCheckpoint(plan, configOf(plan))),
    park: (plan) => parkDockerRestore(host, plan.destinationDirectory, createdFor(plan).id),
    lastErrors: (plan) => newestErrors(host, plan.destinationDirectory),
    standing: (plan) => dockerStanding(host, docker, plan),
    resumeHeld: (plan) => resumeHeld(host, plan),
    restoreAgain: (plan) => restoreContainerAgain(host, docker, plan),
    discard: (plan) => discard(host, docker, plan),
    release: async (plan) => {
      await untilDockerAnswers(docker);
      const made = created.get(plan.migration) ?? (await readCreatedNote(host, plan));
      // The note goes with the directory: without one this was done before.
      if (made !== undefined) {
        await activateRestartPolicy(docker, made.id, made.restartPolicy);
        await host.run({ argv: ['rm', '-f', '--', stagedLog(made.directory)] });
      }
      await host.run({ argv: scriptArgv('remove-directory', plan.destinationDirectory, plan.migration) });
    },
  };
};

/** Docker's own, as our runtime has noted it when it was parked (docker-runtime.sh). */
const configOf = ({ destinationDirectory }: Plan): string => `${destinationDirectory}/config.json`;

const restoreContainerAgain = async (host: Host, docker: DockerApi, plan: Plan): Promise<void> => {
  const made = await readCreatedNote(host, plan);
  if (made === undefined) throw new InvalidInput(`${host.name} does not know which container was made`);
  const park = async (): Promise<ParkedRestore> => {
    await untilDockerAnswers(docker);
    await forgetParked(host, plan);
    return parkDockerRestore(host, plan.destinationDirectory, made.id);
  };
  await restoreAgain(host, plan, { runcRoot: runcRootOf(plan), id: made.id, config: configOf(plan), park });
};

/** What criu is told at the restore. */
const restoreFiles = (plan: Plan, made: Created): Parameters<typeof writeFiles>[2] => {
  const { id, directory, source } = made;
  // Up to 1.1 runc does not tell criu that the cgroup has another name here, and criu would make the old one again.
  const cgroup = plan.container.cgroupPath.replaceAll(plan.container.id, id);
  const script = `${plan.destinationDirectory}/destination-hold.sh`;
  const content = criuConfig(plan, script, [`cgroup-root ${cgroup}`]);
  const attach = plan.docker?.attach ?? 'restore';
  const flags = keepsTcp(plan) ? '--tcp-established\n' : '';
  return [
    { name: 'restore.conf', content, mode: 0o600 },
    createdNote(made),
    ...(logMoves(source)
      ? [{ name: 'log', content: `${stagedLog(directory)}\n${directory}/${id}-json.log\n`, mode: 0o600 }]
      : []),
    ...(attach === 'restore' ? [] : [{ name: 'attach', content: `${attach}\n`, mode: 0o600 }]),
    ...(flags === '' ? [] : [{ name: 'restore.flags', content: flags, mode: 0o600 }]),
  ];
};

const discard = async (host: Host, docker: DockerApi, plan: Plan): Promise<void> => {
  const { destinationDirectory, migration } = plan;
  await endRestore(host, plan);
  await untilDockerAnswers(docker);
  await forgetParked(host, plan);
  const made = await readCreatedNote(host, plan);
  if (made !== undefined) await host.run({ argv: scriptArgv('forget-container', runcRootOf(plan), made.id) });
  await removeMade(host, docker, destinationDirectory);
  await host.run({ argv: scriptArgv('discard-destination', destinationDirectory) });
  await host.run({ argv: scriptArgv('remove-directory', destinationDirectory, migration) });
};
