import { randomBytes } from 'node:crypto';

/** Returns a new id: the time when the migration begins, and random digits that make it unique. */
export const newMigrationId = (): string =>
  `${new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '')}-${randomBytes(3).toString('hex')}`;
