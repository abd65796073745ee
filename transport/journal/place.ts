import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { InvalidInput } from '../../engine/model/errors.ts';

const SUFFIX = '.jsonl';
/** As migrations are named by us. Nothing else becomes part of a path. */
const MIGRATION = /^\d{8}T\d{6}Z-[0-9a-f]{6}$/;

/** Where this user's journals lie. As the base directory specification has it, a relative value counts as none. */
export const journalDirectory = (environment: NodeJS.ProcessEnv = process.env): string => {
  const state = environment['XDG_STATE_HOME'] ?? '';
  return join(isAbsolute(state) ? state : join(homedir(), '.local/state'), 'precopy/journal');
};

export const journalPath = (directory: string, migration: string): string => {
  if (!MIGRATION.test(migration)) throw new InvalidInput(`'${migration}' is no id of a migration`);
  return join(directory, `${migration}${SUFFIX}`);
};

/** The migration whose journal has this file name; nothing for other files. */
export const migrationOf = (fileName: string): string | undefined => {
  const migration = fileName.slice(0, -SUFFIX.length);
  return fileName.endsWith(SUFFIX) && MIGRATION.test(migration) ? migration : undefined;
};
