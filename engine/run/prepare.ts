import { abortable } from '../model/abortable.ts';
import type { Compression } from '../model/compression.ts';
import type { FileRoot } from '../model/file-root.ts';
import { millis } from '../model/units.ts';
import type { ParkedRestore, ParkedVerification } from '../ports/destination.ts';
import type { ParkedShipment } from '../ports/link.ts';
import { compress } from './compression.ts';
import type { Migration } from './migration.ts';
import { settleAll } from './settle-all.ts';
import { syncFiles } from './sync-files.ts';

export interface Prepared {
  readonly restore: ParkedRestore;
  readonly shipment: ParkedShipment;
  readonly verification: ParkedVerification;
  readonly files: readonly FileRoot[];
  readonly compression: Compression;
}

/** Pre-checkpoint and pre-restore: everything on both hosts short of memory and processes. */
export const prepare = async (migration: Migration): Promise<Prepared> => {
  const { source, destination, link, limits, plan, undo, signal } = migration;
  // Undone only where it was done: a directory that was there before is another migration's.
  await settleAll([
    source.prepare(plan).then(() => undo.push('clean up the source', () => source.release(plan, false))),
    destination
      .prepare(plan)
      .then(() => undo.push('clean up the destination', () => destination.discard(plan))),
  ]);
  signal.throwIfAborted();
  undo.push('close the link', () => link.close());
  await link.open(plan, signal);
  const compression = await compress(migration);
  await abortable(limits.begin(), signal);
  if (plan.docker?.shipImage === true) await shipImage(migration);
  const files = await destination.create(plan);
  signal.throwIfAborted();
  await syncFiles(migration, files, 'first');
  signal.throwIfAborted();
  const restore = destination.park(plan);
  const shipment = link.parkShipment(plan);
  const verification = destination.parkVerification(plan);
  await settleAll([
    restore.then((parked) => undo.push('end the restore', () => parked.discard())),
    shipment.then((parked) => undo.push('call the shipment off', () => parked.discard())),
    verification.then((parked) => undo.push('call the verification off', () => parked.discard())),
  ]);
  return {
    restore: await restore,
    shipment: await shipment,
    verification: await verification,
    files,
    compression,
  };
};

const shipImage = async ({ clock, link, plan, recorder, signal }: Migration): Promise<void> => {
  const begun = clock.now();
  const { sent } = await link.shipImage(plan, signal);
  recorder.emit({ kind: 'image-shipped', sent, took: millis(clock.now() - begun) });
  signal.throwIfAborted();
};
