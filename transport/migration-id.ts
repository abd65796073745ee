import { randomBytes } from 'node:crypto';

/** Names one migration: when it began, and enough chance to be the only one. */
export const newMigrationId = (): string =>
  `${new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '')}-${randomBytes(3).toString('hex')}`;
