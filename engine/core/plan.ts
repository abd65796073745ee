import type { ContainerFacts, HostFacts, PlaceFacts } from '../model/facts.ts';
import type { Finding } from '../model/finding.ts';
import type { MigrationRequest, Plan } from '../model/plan.ts';
import { planDocker } from './docker/plan.ts';
import { planPages } from './pages/plan.ts';
import { imagesNeeded } from './prediction/images-needed.ts';

/** Everything decided before the first write, from what was asked and what was found. */
export const makePlan = (input: {
  readonly migration: string;
  readonly request: MigrationRequest;
  /** The destination as the source reaches it. */
  readonly address: string;
  readonly source: HostFacts;
  readonly destination: HostFacts;
  readonly container: ContainerFacts;
  readonly place: PlaceFacts;
  readonly findings: readonly Finding[];
}): Plan => {
  const { migration, request, address, source, destination, container, place, findings } = input;
  return {
    migration,
    container,
    from: request.from,
    to: request.to,
    address,
    policy: request.policy,
    pages: planPages(request.pages, source, destination, container.memory),
    sourceDirectory: migrationDirectory(source, container),
    destinationDirectory: migrationDirectory(destination, container),
    rootfs: container.rootfs,
    copyLower: container.rootfs.kind === 'overlay' ? place.missingLower : [],
    imagesNeeded: imagesNeeded(container.memory),
    docker: planDocker(container, place, request.docker),
    findings,
  };
};

/** One per container, not per migration: two migrations of one container would break each other's dirty tracking. */
export const migrationDirectory = (
  { imagesDirectory }: Pick<HostFacts, 'imagesDirectory'>,
  { id }: Pick<ContainerFacts, 'id'>,
): string => `${imagesDirectory}/${id}`;
