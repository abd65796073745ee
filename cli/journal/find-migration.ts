import { InvalidInput } from '../../engine/model/errors.ts';
import type { JournalHeader } from '../../engine/model/journal.ts';

/** The migration a user means: by its id, the beginning of that, or a container, of which it is the newest one. */
export const findMigration = <Found extends { readonly header: JournalHeader }>(
  journals: readonly Found[],
  wanted: string,
): Found => {
  // An empty word is the beginning of any: most likely a variable that was not set.
  if (wanted === '') throw new InvalidInput('name a migration or a container');
  const ofContainer = journals.find(
    ({ header }) => header.container === wanted || header.containerId === wanted,
  );
  if (ofContainer !== undefined) return ofContainer;
  const begun = journals.filter(({ header }) => header.migration.startsWith(wanted));
  const exact = begun.find(({ header }) => header.migration === wanted);
  const found = exact ?? begun[0];
  if (found === undefined)
    throw new InvalidInput(`no migration or container '${wanted}' is in the journals here`);
  if (exact === undefined && begun.length > 1) {
    const names = begun.map(({ header }) => header.migration).join(', ');
    throw new InvalidInput(`'${wanted}' is the beginning of several migrations: ${names}`);
  }
  return found;
};
