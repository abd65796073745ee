import type { DockerFacts, DockerPlace, DockerRequest } from '../../model/docker.ts';
import type { HostFacts } from '../../model/facts.ts';

/** All that findings of a Docker container are made of. */
export interface DockerCase {
  readonly docker: DockerFacts;
  readonly place: DockerPlace;
  readonly request: DockerRequest;
  readonly source: HostFacts;
  readonly destination: HostFacts;
}
