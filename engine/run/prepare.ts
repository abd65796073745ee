import type { ParkedRestore, ParkedShipment } from '../ports.ts';
import type { Migration } from './migration.ts';
import { syncFiles } from './pre-copy.ts';

export interface Prepared {
  readonly restore: ParkedRestore;
  readonly shipment: ParkedShipment;
}

/** Pre-checkpoint and pre-restore: everything on both hosts short of memory and processes. */
export const prepare = async (migration: Migration): Promise<Prepared> => {
  const { source, destination, link, plan, undo, signal } = migration;
  await source.prepare(plan);
  undo.push('clean up the source', () => source.release(plan, false));
  signal.throwIfAborted();
  undo.push('clean up the destination', () => destination.discard(plan));
  await destination.prepare(plan);
  signal.throwIfAborted();
  undo.push('close the link', () => link.close());
  await link.open(plan, signal);
  await syncFiles(migration, 'first');
  signal.throwIfAborted();
  const restore = await destination.park(plan);
  undo.push('end the restore', () => restore.discard());
  const shipment = await link.parkShipment(plan);
  undo.push('call the shipment off', () => shipment.discard());
  return { restore, shipment };
};
