import { InvalidInput } from '../../engine/model/errors.ts';
import type { JournalHeader } from '../../engine/model/journal.ts';

/** Returns the newest migration of this container, or the only one whose id is or begins with `wanted`. */
export const findMigration = <Found extends { readonly header: JournalHeader }>(
  journals: readonly Found[],
  wanted: string,
): Found => {
  // Every id begins with an empty word, which most likely comes from an unset variable.
  if (wanted === '') throw new InvalidInput('name a migration or a container');
  const ofContainer = journals.find(
    ({ header }) => header.container === wanted || header.containerId === wanted,
  );
  if (ofContainer !== undefined) return ofContainer;
  const matching = journals.filter(({ header }) => header.migration.startsWith(wanted));
  const exact = matching.find(({ header }) => header.migration === wanted);
  const found = exact ?? matching[0];
  if (found === undefined)
    throw new InvalidInput(`no migration or container '${wanted}' is in the journals on this machine`);
  if (exact === undefined && matching.length > 1) {
    const names = matching.map(({ header }) => header.migration).join(', ');
    throw new InvalidInput(`'${wanted}' is the beginning of several migrations: ${names}`);
  }
  return found;
};
