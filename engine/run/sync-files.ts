import type { FileRoot } from '../model/file-root.ts';
import { millis } from '../model/units.ts';
import type { FileSync } from '../ports/link.ts';
import type { Migration } from './migration.ts';

export const syncFiles = (
  migration: Migration,
  roots: readonly FileRoot[],
  when: 'first' | 'round',
): Promise<FileSync> => {
  const { link, plan, signal } = migration;
  const what = { first: 'first', round: 'changes' } as const;
  return tellOfSync(migration, when, link.syncFiles(plan, roots, what[when], signal));
};

/** Tells how much a sync has sent, once it is over. */
export const tellOfSync = async (
  { clock, recorder }: Migration,
  when: 'first' | 'round' | 'frozen',
  sync: Promise<FileSync>,
): Promise<FileSync> => {
  const begun = clock.now();
  const done = await sync;
  recorder.emit({ kind: 'files-synced', when, sent: done.sent, took: millis(clock.now() - begun) });
  return done;
};
