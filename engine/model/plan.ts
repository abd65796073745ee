import type { DockerPlan, DockerRequest } from './docker.ts';
import type { ContainerFacts, MemoryFacts, Rootfs } from './facts.ts';
import type { Finding } from './finding.ts';
import type { NamedContainer } from './names.ts';
import type { PagePlan, PageRequest } from './pages.ts';
import type { Policy } from './policy.ts';
import type { Bytes } from './units.ts';

/** What the user asked for, checked. */
export interface MigrationRequest {
  readonly container: string;
  readonly from: string;
  readonly to: string;
  readonly policy: Policy;
  readonly pages: PageRequest;
  /** Heeded for Docker containers. */
  readonly docker: DockerRequest;
}

/** Everything decided before the first write. Immutable, printable. */
export interface Plan {
  readonly migration: string;
  readonly container: ContainerFacts;
  readonly from: string;
  readonly to: string;
  /** The destination as the source reaches it, for pages and files. */
  readonly address: string;
  readonly policy: Policy;
  readonly pages: PagePlan;
  /** Directory of this migration on each host; holds images, scripts and keys; removed at the end. */
  readonly sourceDirectory: string;
  readonly destinationDirectory: string;
  readonly rootfs: Rootfs;
  /** Copy these lower directories, absent on the destination. */
  readonly copyLower: readonly string[];
  /** Most that the migration will need on the destination for images. */
  readonly imagesNeeded: Bytes;
  /** `undefined` for a container without Docker. */
  readonly docker: DockerPlan | undefined;
  readonly findings: readonly Finding[];
}

/** What of a plan is shown while it is carried out and afterwards. Every `Plan` is one. */
export interface PlanSummary {
  readonly migration: string;
  readonly container: NamedContainer & { readonly memory: Pick<MemoryFacts, 'resident'> };
  readonly from: string;
  readonly to: string;
  readonly policy: Policy;
  readonly pages: Pick<PagePlan, 'channel'>;
  readonly findings: readonly Finding[];
}
