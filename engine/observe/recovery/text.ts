import type { JournalHeader } from '../../model/journal.ts';
import type { DestinationStanding, RecoveryDecision, SourceStanding } from '../../model/recovery.ts';

type Places = Pick<JournalHeader, 'container' | 'from' | 'to'>;

/** How the source's container stands. */
export const sourceStandingText = (standing: SourceStanding, { container, from }: Places): string => {
  switch (standing) {
    case 'runs':
      return `${container} runs there as before`;
    case 'anew':
      return `the process that was to move is gone, and ${container} has been started there again`;
    case 'frozen':
      return `${container} stands still, or criu still works on it`;
    case 'dead':
      return `${container} was ended there by the hand-over`;
    case 'ended':
      return `${container} is gone there, and not by the hand-over: it had ended by itself`;
    case 'gone':
      return `${container} is gone there, and so is all of this migration: nothing says what ended it`;
    case 'rebooted':
      return `${from} was started again: what ran there is gone`;
    case 'taken':
      return 'another migration, or one that was not noted, has its directory there';
    case 'unreachable':
      return 'it cannot be asked';
  }
};

/** What the destination has of it. */
export const destinationStandingText = (standing: DestinationStanding, { container }: Places): string => {
  switch (standing) {
    case 'nothing':
      return 'nothing';
    case 'files':
      return `files of this migration, no process of ${container}`;
    case 'images':
      return `files of this migration with the images of its last dump, no process of ${container}`;
    case 'parked':
      return 'a restore that waits and has made no process';
    case 'restoring':
      return 'a restore under way';
    case 'held':
      return `all processes of ${container}, stopped: they wait for a verdict`;
    case 'running':
      return `${container} runs there`;
    case 'cut-off':
      return `${container} was let run there and ended before its runtime had it: the images of its last dump are left`;
    case 'over':
      return `${container} ran there and has ended since`;
    case 'other':
    case 'foreign':
      return `a container ${container} runs there, and nothing says that it is the copy`;
    case 'taken':
      return 'another migration, or one that was not noted, has its directory there';
    case 'unreachable':
      return 'it cannot be asked';
  }
};

/** What is done about it. */
export const recoveryDecisionText = (decision: RecoveryDecision, { container, from, to }: Places): string => {
  switch (decision) {
    case 'finish':
      return `it has moved: cleans up both hosts, ${container} stays on ${to}`;
    case 'resume':
      return `lets it run on ${to}, then cleans up both hosts`;
    case 'restore-again':
      return `restores it on ${to} once more from the images of its last dump, then cleans up both hosts`;
    case 'roll-back':
      return `it has not moved: discards what is on ${to}, ${container} stays on ${from}`;
    case 'lost':
      return `what was to move runs nowhere: cleans up both hosts`;
    case 'leave':
      return `takes the key of it back; ${container} has gone another way since, nothing else is touched`;
    case 'wait':
    case 'in-doubt':
      return 'nothing: who has it cannot be told for certain';
  }
};
