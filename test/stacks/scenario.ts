import type { Host } from '../../engine/ports/host.ts';
import type { LabHostName } from '../lab/hosts.ts';

export type Hosts = Readonly<Record<LabHostName, Host>>;

/** One thing that people do, tried on each stack. */
export interface Scenario {
  /** As in the table of docs/stacks.md. */
  readonly name: string;
  /** A part of `npm test`, on the newest stack. */
  readonly smoke?: boolean;
  /** Moves nothing, and passes on a stack where nothing can be moved. */
  readonly onlyChecks?: boolean;
  /** Rejects when anything is not as it must be. The hosts may be left as they are. */
  run(hosts: Hosts): Promise<void>;
}
