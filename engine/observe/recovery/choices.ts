import type { JournalHeader } from '../../model/journal.ts';
import type { Keep, RecoveryFacts } from '../../model/recovery.ts';

/** In doubt: what a person can say or do. `keeps`: the sides that may be kept, as things are. */
export const recoveryChoices = (
  { migration, container, from, to }: JournalHeader,
  facts: RecoveryFacts,
  keeps: readonly Keep[],
): readonly string[] => {
  const again = `precopy recover ${migration}`;
  const commands = [
    ...keeps.map((side) =>
      side === 'source'
        ? `${again} --keep source        # what ${to} has of it is discarded`
        : `${again} --keep destination   # ${goesOn(facts, to)}; ${from} must not have it any more`,
    ),
    ...(keeps.length < 2 ? [`${again}   # ${whenAgain(container, from, to, facts)}`] : []),
  ];
  return [
    `Make sure of what ${from} has of ${container}, then say one of these:`,
    ...commands.map((line) => `  ${line}`),
  ];
};

/** What `--keep destination` does with what is there. */
const goesOn = ({ destination }: RecoveryFacts, to: string): string => {
  if (destination === 'cut-off')
    return `it goes on from its last dump, without what it did on ${to} before it ended`;
  return destination === 'images' ? 'it goes on from its last dump' : `what ${to} has of it goes on`;
};

/** When the same question may have another answer. */
const whenAgain = (
  container: string,
  from: string,
  to: string,
  { source, destination }: RecoveryFacts,
): string => {
  const silent = [
    ...(source === 'unreachable' ? [from] : []),
    ...(destination === 'unreachable' ? [to] : []),
  ];
  if (silent.length > 0) return `once ${silent.join(' and ')} can be asked`;
  if (source === 'taken' || destination === 'taken') return 'once the other migration is over';
  if (source === 'frozen' || destination === 'restoring') return 'once nobody works on it any more';
  return `once ${container} was ended on ${from}`;
};
