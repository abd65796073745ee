import type { Plan } from '../../engine/model/plan.ts';
import type { MigrationPorts } from '../../engine/run/migration.ts';

/** A running container and the ports to migrate it with, for the contract suites; fakes and real hosts offer the same. */
export interface Scene {
  readonly ports: MigrationPorts;
  readonly plan: Plan;
  /** Does the container run on the source, and take its time? */
  runsOnSource(): Promise<boolean>;
  runsOnDestination(): Promise<boolean>;
  /** Ends the copy on the destination, as nobody of the migration would. */
  loseCopy(): Promise<void>;
  /** What this migration has left on either host. */
  left(): Promise<readonly string[]>;
  close(): Promise<void>;
}

export type OpenScene = () => Promise<Scene>;
