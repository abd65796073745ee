import type { ContainerFacts } from '../../engine/model/facts.ts';
import type { Plan } from '../../engine/model/plan.ts';
import type { Host } from '../../engine/ports/host.ts';
import type { Source } from '../../engine/ports/source.ts';
import { readHostFacts } from '../facts/host-facts.ts';
import type { ProvenHolds } from '../facts/proven-holds.ts';
import { readContainerFacts } from '../runc/container-facts.ts';
import { sourceByRunc } from '../runc/source.ts';
import { dockerApi } from './docker-api.ts';
import { readDockerFacts } from './facts.ts';
import { restoreRestartPolicy, stopRestarting } from './restart-policy.ts';
import { retire } from './retire.ts';
import { untilDockerAnswers } from './until-it-answers.ts';

export interface DockerSourceOptions extends DockerOptions {
  /** Who migrates, for others who would like to: a machine and a process. */
  readonly owner: string;
}

export interface DockerOptions {
  /** Where the migration keeps its images. */
  readonly imagesDirectory: string;
  /** What was proven of the hosts before. */
  readonly proven: ProvenHolds;
}

/** The source side of a Docker container: rounds go through the runc beneath Docker, which does not notice. */
export const dockerSource = (host: Host, { imagesDirectory, proven, owner }: DockerSourceOptions): Source => {
  const docker = dockerApi(host);
  const runc = sourceByRunc(host, { runcRootOf, imagesDirectory, proven, owner });
  return {
    ...runc,
    host: (signal) =>
      readHostFacts(host, { runtime: 'docker', role: 'source', imagesDirectory, proven }, signal),
    container: async (name, signal): Promise<ContainerFacts> => {
      const { id, facts } = await readDockerFacts(host, docker, name, signal);
      const container = await readContainerFacts(host, facts.engine.runcRoot, id, signal);
      // What runc sees as bind mounts and namespaces is Docker's affair, on the destination too.
      return { ...container, runtime: 'docker', bindMounts: [], joinedNamespaces: [], docker: facts };
    },
    finalDump: async (plan, parent, endpoint) => {
      // Docker would start anew what it sees end.
      await stopRestarting(host, docker, plan);
      return runc.finalDump(plan, parent, endpoint);
    },
    release: async (plan, moved) => {
      await untilDockerAnswers(docker);
      if (moved) await retire(docker, plan);
      else await restoreRestartPolicy(host, docker, plan);
      // The bundle is Docker's: nothing of it is marked.
      await runc.release(plan, false);
    },
  };
};

/** Docker's containers are known to runc there, whatever their runtime is called (moby daemon/runtime_unix.go). */
const runcRootOf = ({ container: { docker } }: Plan): string => {
  if (docker === undefined) throw new Error('not a Docker container');
  return docker.engine.runcRoot;
};
