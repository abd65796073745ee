import { defaultDockerRequest } from '../../../engine/core/docker/default-request.ts';
import { assess } from '../../../engine/core/preflight.ts';
import { defaultPolicy } from '../../../engine/core/rounds/default-policy.ts';
import type { ContainerFacts, HostFacts, PlaceFacts } from '../../../engine/model/facts.ts';
import type { Finding } from '../../../engine/model/finding.ts';
import type { PageRequest } from '../../../engine/model/pages.ts';
import type { Policy } from '../../../engine/model/policy.ts';
import { container, host, pagesAsked, place } from '../../fakes/facts.ts';

/** What differs from a migration without findings. */
export interface Changed {
  readonly source?: Partial<HostFacts>;
  readonly destination?: Partial<HostFacts>;
  readonly container?: Partial<ContainerFacts>;
  readonly place?: Partial<PlaceFacts>;
  readonly pages?: Partial<PageRequest>;
  readonly address?: string;
  readonly policy?: Partial<Policy>;
}

/** What preflight finds where these facts differ from those of a migration without findings. */
export const findings = (changed: Changed): readonly Finding[] =>
  assess(
    {
      source: host('blue', changed.source),
      destination: host('green', changed.destination),
      container: container(changed.container),
      place: place(changed.place),
    },
    defaultDockerRequest,
    {
      request: { ...pagesAsked.request, ...changed.pages },
      address: changed.address ?? pagesAsked.address,
    },
    { ...defaultPolicy, ...changed.policy },
  );
