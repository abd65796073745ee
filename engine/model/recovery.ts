import type { Phase } from './phase.ts';
import type { Outcome } from './report.ts';

/**
 * What there is of the container on the source after a crash. `runs`: the very process that was to move, let go by everybody. `anew`: that
 * one is gone, and another one of the same container runs. `frozen`: somebody still works on it, the hand-over's keeper or criu.
 * `dead`: the hand-over has ended it, which a note in the migration's directory says. `ended`: it is gone without that note. `gone`: it
 * is gone, and so is the directory: nothing says what ended it. `rebooted`: the host was started again, and it is gone with that. `taken`:
 * the host has it in another migration. `unreachable`: the host cannot be asked.
 */
export type SourceStanding =
  | 'runs'
  | 'anew'
  | 'frozen'
  | 'dead'
  | 'ended'
  | 'gone'
  | 'rebooted'
  | 'taken'
  | 'unreachable';

/**
 * What the destination has of it. `nothing`; `files`: of the migration, from which no process can be made; `images`: those of the last
 * dump too, and no process; `other`: a container of that name runs, and nothing says that it is the copy; `parked`: a restore that waits, without processes; `restoring`; `held`: all processes, stopped, and
 * somebody who takes a verdict; `running`; `cut-off`: it was let run and ended before its runtime had taken it over, and the images
 * are still there; `over`: it ran, and has ended since. `taken`, `unreachable`: as above.
 */
export type DestinationStanding =
  | 'nothing'
  | 'files'
  | 'images'
  | 'parked'
  | 'restoring'
  | 'held'
  | 'running'
  | 'cut-off'
  | 'over'
  | 'other'
  | 'taken'
  | 'unreachable';

/** Which side a person says is to be kept, where nobody else can tell. */
export type Keep = 'source' | 'destination';

export interface RecoveryFacts {
  readonly source: SourceStanding;
  readonly destination: DestinationStanding;
  /** The last one of the journal: the least that happened. */
  readonly phase: Phase;
  /** An earlier recovery has found that the container moved. */
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
export type RecoveryDecision =
  | 'finish'
  | 'resume'
  | 'restore-again'
  | 'roll-back'
  | 'lost'
  | 'wait'
  | 'in-doubt'
  | 'leave';
