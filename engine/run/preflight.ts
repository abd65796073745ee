import { makePlan } from '../core/plan.ts';
import { assess } from '../core/preflight.ts';
import type { MigrationRequest, Plan } from '../model/plan.ts';
import type { Destination } from '../ports/destination.ts';
import type { Link } from '../ports/link.ts';
import type { Source } from '../ports/source.ts';

export interface PreflightPorts {
  readonly source: Source;
  readonly destination: Destination;
  readonly link: Link;
}

export interface PreflightRequest {
  readonly migration: string;
  readonly request: MigrationRequest;
  /** The destination as the source reaches it. */
  readonly address: string;
}

/** Asks both hosts, changes nothing, and decides everything. Whether the findings forbid the plan is the caller's to see. */
export const preflight = async (
  { source, destination, link }: PreflightPorts,
  { migration, request, address }: PreflightRequest,
  signal?: AbortSignal,
): Promise<Plan> => {
  const [container, here, there, reachable] = await Promise.all([
    source.container(request.container, signal),
    source.host(signal),
    destination.host(signal),
    link.check(address, signal),
  ]);
  const place = { ...(await destination.place(container, signal)), reachable };
  const facts = { source: here, destination: there, container, place };
  const findings = assess(facts, request.docker, { request: request.pages, address }, request.policy);
  return makePlan({ migration, request, address, ...facts, findings });
};
