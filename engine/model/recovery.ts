import type { Phase } from './phase.ts';
import type { Outcome } from './report.ts';

/**
 * What there is of the container on the source after a crash.
 *
 * - `runs`: the process that was to move runs, and nothing holds it.
 * - `anew`: that process is gone, and another one of the same container runs.
 * - `frozen`: the hand-over's keeper or criu still works on the process.
 * - `dead`: the hand-over has ended it, which a note in the migration directory says.
 * - `ended`: it is gone, and there is no such note.
 * - `gone`: it is gone, and so is the migration directory: nothing says what ended it.
 * - `rebooted`: the host was started again, and the process is gone with that.
 * - `taken`: the host has the container in another migration.
 * - `unreachable`: the host cannot be asked.
 */
export const sourceStandings = [
  'runs',
  'anew',
  'frozen',
  'dead',
  'ended',
  'gone',
  'rebooted',
  'taken',
  'unreachable',
] as const;

export type SourceStanding = (typeof sourceStandings)[number];

/**
 * What there is of the container on the destination after a crash.
 *
 * - `nothing`: nothing of the migration, and no container of that name runs.
 * - `files`: files of the migration, from which no process can be made.
 * - `images`: the images of the final dump too, and no process.
 * - `parked`: a restore that waits, without processes.
 * - `restoring`: a restore under way.
 * - `held`: all processes, stopped, and a hold that takes a verdict.
 * - `running`: the migration resumed the copy, and the container runs.
 * - `cut-off`: the copy was resumed and ended before its runtime had taken it over; the images are still there.
 * - `over`: the copy ran, and has ended since.
 * - `other`: nothing of the migration, and a container of that name runs.
 * - `foreign`: files of a migration that resumed nothing, and the container runs: a person has started it.
 * - `taken`, `unreachable`: as above.
 */
export const destinationStandings = [
  'nothing',
  'files',
  'images',
  'parked',
  'restoring',
  'held',
  'running',
  'cut-off',
  'over',
  'other',
  'foreign',
  'taken',
  'unreachable',
] as const;

export type DestinationStanding = (typeof destinationStandings)[number];

/** Which side a person says is to be kept, where nobody else can tell. */
export type Keep = 'source' | 'destination';

export interface RecoveryFacts {
  readonly source: SourceStanding;
  readonly destination: DestinationStanding;
  /** The last one of the journal: the least that happened. */
  readonly phase: Phase;
  /** The journal has it that the copy ran: its downtime, or an earlier recovery that finished the move. */
  readonly moved?: boolean;
  /** What it had come to when something could not be cleaned up. */
  readonly outcome?: Exclude<Outcome, 'in-doubt'>;
}

/**
 * `finish`: it has moved; both sides are cleaned up after that. `resume`: the destination's copy is let go first. `restore-again`: it is
 * first made anew from the images of the last dump. `roll-back`: it stays on
 * the source, and the destination's copy is discarded. `lost`: what was to move runs nowhere; both sides are cleaned up. `wait`:
 * somebody is still at it. `in-doubt`: nothing is done. `leave`: it had its outcome, and the container has gone another way since:
 * its key is taken back, and nothing else is touched.
 */
export const recoveryDecisions = [
  'finish',
  'resume',
  'restore-again',
  'roll-back',
  'lost',
  'wait',
  'in-doubt',
  'leave',
] as const;

export type RecoveryDecision = (typeof recoveryDecisions)[number];

/** Whether the container is on the destination after what was decided. */
export const isMove = (decision: RecoveryDecision): boolean =>
  decision === 'finish' || decision === 'resume' || decision === 'restore-again';
