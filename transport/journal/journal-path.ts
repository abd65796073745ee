import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { InvalidInput } from '../../engine/model/errors.ts';

const SUFFIX = '.jsonl';
/** The form of a migration's id. Nothing else becomes part of a path. */
const MIGRATION_ID = /^\d{8}T\d{6}Z-[0-9a-f]{6}$/;

/** Returns the directory of this user's journals. The XDG specification ignores relative paths. */
export const journalDirectory = (environment: NodeJS.ProcessEnv = process.env): string => {
  const state = environment['XDG_STATE_HOME'] ?? '';
  return join(isAbsolute(state) ? state : join(homedir(), '.local/state'), 'precopy/journal');
};

export const journalPath = (directory: string, migration: string): string => {
  if (!MIGRATION_ID.test(migration)) throw new InvalidInput(`'${migration}' is not the id of a migration`);
  return join(directory, `${migration}${SUFFIX}`);
};

/** Returns the migration whose journal has this file name, or undefined for other files. */
export const migrationFromFileName = (fileName: string): string | undefined => {
  const migration = fileName.slice(0, -SUFFIX.length);
  return fileName.endsWith(SUFFIX) && MIGRATION_ID.test(migration) ? migration : undefined;
};
