import type { DockerRequest } from '../model/docker.ts';
import type { ContainerFacts, HostFacts, PlaceFacts } from '../model/facts.ts';
import type { Finding } from '../model/finding.ts';
import type { Policy } from '../model/policy.ts';
import { assessDocker } from './docker/preflight.ts';
import { tcpFate } from './docker/tcp.ts';
import { assessPages, type PagesAsked } from './pages/preflight.ts';
import { assessAppArmor } from './preflight/app-armor.ts';
import { assessCaps } from './preflight/caps.ts';
import { assessContainer } from './preflight/container.ts';
import { assessCpu } from './preflight/cpu.ts';
import { assessCriuConfig } from './preflight/criu-config.ts';
import { assessHost, assessHostPair } from './preflight/hosts.ts';
import { assessMemory } from './preflight/memory.ts';
import { assessNoNewPrivileges } from './preflight/no-new-privileges.ts';
import { assessPlace } from './preflight/place.ts';
import { assessRounds } from './preflight/rounds.ts';
import { assessSpace } from './preflight/space.ts';
import { assessStdio } from './preflight/stdio.ts';
import { defaultPolicy } from './rounds/default-policy.ts';

/** All that preflight asked of the world. */
export interface PreflightFacts {
  readonly source: HostFacts;
  readonly destination: HostFacts;
  readonly container: ContainerFacts;
  readonly place: PlaceFacts;
}

const order: readonly Finding['severity'][] = ['error', 'warning', 'note'];

/** What stands in the way of a migration or is worth knowing before it: errors first, else in a fixed order. */
export const assess = (
  facts: PreflightFacts,
  request: DockerRequest,
  pages: PagesAsked,
  policy: Policy = defaultPolicy,
): Finding[] => {
  const { source, destination, container, place } = facts;
  const tcp = container.docker && tcpFate(container.docker, request.tcp);
  const findings = [
    ...assessHost(source, 'source', container.runtime),
    ...assessRounds(source, container, policy),
    ...assessHost(destination, 'destination', container.runtime),
    ...assessHostPair(source, destination),
    ...assessCriuConfig(source, destination, tcp ?? 'close'),
    ...assessAppArmor(container, destination),
    ...assessNoNewPrivileges(container, source),
    ...assessCpu(source, destination),
    ...assessContainer(container, tcp),
    ...assessStdio(container),
    ...assessMemory(container.memory, policy),
    ...assessSpace(facts),
    ...assessPlace(place, container, destination),
    ...assessPages(pages, source, destination),
    ...assessCaps(policy, source),
    ...assessDocker(facts, request),
  ];
  return order.flatMap((severity) => findings.filter((finding) => finding.severity === severity));
};
