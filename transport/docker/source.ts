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
import { putBackRestartPolicy, stopRestarting } from './restart-policy.ts';
import { retire } from './retire.ts';
import { waitForDocker } from './wait-for-docker.ts';

export interface DockerSourceOptions extends DockerOptions {
  /** The controller as machine and process, for messages to other controllers. */
  readonly owner: string;
}

export interface DockerOptions {
  /** The directory for the images of migrations. */
  readonly imagesDirectory: string;
  /** The holds that were proven on the hosts before. */
  readonly proven: ProvenHolds;
}

/** The source of a Docker container. The rounds use the runc beneath Docker; Docker does not notice them. */
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
      // Docker makes these bind mounts and namespaces, on the destination too.
      return { ...container, runtime: 'docker', bindMounts: [], joinedNamespaces: [], docker: facts };
    },
    finalDump: async (plan, parent, endpoint) => {
      // Docker would start the container again when the commit ends it.
      await stopRestarting(host, docker, plan);
      return runc.finalDump(plan, parent, endpoint);
    },
    release: async (plan, moved) => {
      await waitForDocker(docker);
      if (moved) await retire(docker, plan);
      else await putBackRestartPolicy(host, docker, plan);
      // The bundle is Docker's, so it gets no departure marker.
      await runc.release(plan, false);
    },
  };
};

/** runc's root for Docker's containers, whatever their runtime (moby daemon/runtime_unix.go). */
const runcRootOf = ({ container: { docker } }: Plan): string => {
  if (docker === undefined) throw new Error('not a Docker container');
  return docker.engine.runcRoot;
};
