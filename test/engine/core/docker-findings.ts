import { defaultDockerRequest } from '../../../engine/core/docker/default-request.ts';
import { assess } from '../../../engine/core/preflight.ts';
import type { DockerFacts, DockerPlace, DockerRequest } from '../../../engine/model/docker.ts';
import type { ContainerFacts, HostFacts } from '../../../engine/model/facts.ts';
import type { Finding } from '../../../engine/model/finding.ts';
import { container, docker, dockerPlace, host, pagesAsked, place } from '../../fakes/facts.ts';

/** What is different from a container that nothing stands in the way of. */
export interface Changed {
  readonly docker?: Partial<DockerFacts>;
  readonly place?: Partial<DockerPlace>;
  readonly request?: Partial<DockerRequest>;
  readonly container?: Partial<ContainerFacts>;
  readonly destination?: Partial<HostFacts>;
}

export const findings = (changed: Changed): readonly Finding[] =>
  assess(
    {
      source: host('blue'),
      destination: host('green', changed.destination),
      container: container({
        id: 'f0'.repeat(32),
        runtime: 'docker',
        docker: docker(changed.docker),
        ...changed.container,
      }),
      place: place({ docker: dockerPlace(changed.place) }),
    },
    { ...defaultDockerRequest, ...changed.request },
    pagesAsked,
  );
