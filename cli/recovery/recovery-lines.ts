import type { JournalHeader } from '../../engine/model/journal.ts';
import type { RecoveryDecision } from '../../engine/model/recovery.ts';
import { recoveryChoices } from '../../engine/observe/recovery/choices.ts';
import {
  destinationStandingText,
  recoveryDecisionText,
  sourceStandingText,
} from '../../engine/observe/recovery/text.ts';
import { outcomeText } from '../../engine/observe/text/outcome.ts';
import type { Found } from '../../engine/run/recover.ts';
import { exitCodeOf, exitCodes } from '../terminal/exit-codes.ts';
import type { Recovered } from './recover-one.ts';

/** What `precopy recover` prints about one migration. */

export const foundLines = (
  header: JournalHeader,
  found: Found,
  decision: RecoveryDecision,
): readonly string[] => {
  const because = (why: string | undefined): string => (why === undefined ? '' : ` (${why})`);
  return [
    `found on ${header.from}: ${sourceStandingText(found.source, header)}${because(found.why.source)}`,
    `found on ${header.to}: ${destinationStandingText(found.destination, header)}${because(found.why.destination)}`,
    `does: ${mustWaitForHosts(found, decision) ? 'nothing until both hosts answer' : recoveryDecisionText(decision, header)}`,
  ];
};

/** Returns whether the migration has an outcome, but a host did not show what is left over. */
const mustWaitForHosts = ({ outcome }: Found, decision: RecoveryDecision): boolean =>
  outcome !== undefined && decision === 'in-doubt';

export const endLines = ({
  header,
  found,
  decision,
  outcome,
  remains,
  keeps,
}: Recovered): readonly string[] => {
  const { migration, container, from, to } = header;
  if (outcome === 'migrated' && found.destination === 'over')
    return [`outcome: migrated: ${container} ran on ${to} and has ended there since`];
  if (outcome !== undefined) return [`outcome: ${outcomeText(outcome, container, from, to)}`];
  if (mustWaitForHosts(found, decision)) return [`when both hosts answer, run: precopy recover ${migration}`];
  if (decision === 'in-doubt') return recoveryChoices(header, found, keeps);
  return [...remains.map((each) => `remains ${each}`), `then run again: precopy recover ${migration}`];
};

/** Returns 0 for a recovered migration, whichever side has the container. */
export const recoveryExitCode = ({ found, decision, outcome }: Recovered): number => {
  if (outcome === 'rolled-back' || (outcome !== undefined && found.outcome !== undefined))
    return exitCodes.done;
  if (outcome !== undefined) return exitCodeOf(outcome, false);
  if (decision === 'in-doubt' && !mustWaitForHosts(found, decision)) return exitCodes.inDoubt;
  const unreachable = found.source === 'unreachable' || found.destination === 'unreachable';
  return unreachable ? exitCodes.unreachable : exitCodes.unexpected;
};

/** The JSON of a recovery, documented in docs/recover.md. */
export const recoveryJson = ({ header, found, decision, outcome, remains, keeps }: Recovered): object => ({
  migration: header.migration,
  container: header.container,
  from: header.from,
  to: header.to,
  found,
  decision,
  ...(outcome === undefined ? {} : { outcome }),
  remains,
  keeps,
});
