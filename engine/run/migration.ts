import type { Plan } from '../model/plan.ts';
import type { Calibration } from '../model/policy.ts';
import type { Clock, Patience } from '../ports/clock.ts';
import type { Destination } from '../ports/destination.ts';
import type { Link } from '../ports/link.ts';
import type { Source } from '../ports/source.ts';
import type { Limits } from './limits.ts';
import type { Recorder } from './recorder.ts';
import type { Undo } from './undo.ts';

/** What a migration works with. */
export interface MigrationPorts {
  readonly source: Source;
  readonly destination: Destination;
  readonly link: Link;
  readonly clock: Clock;
  readonly patience: Patience;
}

/** One migration under way. */
export interface Migration extends MigrationPorts {
  readonly plan: Plan;
  readonly recorder: Recorder;
  readonly undo: Undo;
  /** What earlier migrations have shown of these hosts. */
  readonly calibration: Calibration;
  readonly limits: Limits;
  /** The user wants it stopped; heeded until the commit. */
  readonly signal: AbortSignal;
  /** The user wants the cut-over now. */
  readonly cutOverAsked: () => boolean;
  /** Resolves once the events so far outlive a crash of this machine, or when that takes too long. */
  readonly durable: () => Promise<void>;
}
