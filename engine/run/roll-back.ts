import type { Outcome } from '../model/report.ts';
import type { Migration } from './migration.ts';

/** Undoes everything, last first. The source runs again before the destination is cleaned: no copy there can resume. */
export const rollBack = async (
  { recorder, undo, source, plan }: Migration,
  why: string,
): Promise<Outcome> => {
  recorder.enter('rolling-back');
  recorder.emit({ kind: 'rolling-back', why });
  for (const { what, cause } of await undo.run()) recorder.leave(what, cause);
  const alive = await source.isAlive(plan).catch(() => undefined);
  if (alive === undefined) return 'in-doubt';
  recorder.enter('rolled-back');
  return alive ? 'rolled-back' : 'ended';
};
