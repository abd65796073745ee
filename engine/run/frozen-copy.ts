import { abortable } from '../model/abortable.ts';
import { type Millis, millis } from '../model/units.ts';
import type { ParkedFileSync } from '../ports/link.ts';
import type { FinalDump } from '../ports/source.ts';
import type { Migration } from './migration.ts';
import type { PageStream } from './page-stream.ts';
import type { Prepared } from './prepare.ts';
import { tellOfSync } from './sync-files.ts';

/** When each part of the downtime ended. */
export interface Marks {
  readonly frozen: Millis;
  readonly dumped: Millis;
  readonly shipped: Millis;
  readonly synced: Millis;
  readonly verified: Millis;
}

/** Files are looked at first: so no sync may be under way any more. */
export const parkFiles = async (
  { link, plan, undo }: Migration,
  { files }: Prepared,
): Promise<ParkedFileSync> => {
  const parked = await link.parkFileSync(plan, files);
  undo.push('call the file sync off', () => parked.discard());
  return parked;
};

/** All that comes over while the source stands still: pages, images, files. */
export const copyWhileFrozen = async (
  migration: Migration,
  prepared: Prepared,
  dump: FinalDump,
  { stream, files: parked }: { readonly stream: PageStream; readonly files: ParkedFileSync },
): Promise<Marks> => {
  const { clock, recorder, signal } = migration;
  const frozen = clock.now();
  recorder.enter('frozen');
  const files = tellOfSync(migration, 'frozen', parked.sync());
  files.catch(() => {});
  // All images lie there from then on, whether the page-server has ended or not.
  const shipping = dump.held.then(() => prepared.shipment.ship());
  shipping.catch(() => {});
  await Promise.race([Promise.all([dump.held, stream.server.finished]), stream.broken]);
  stream.settle();
  const dumped = clock.now();
  const { sent } = await abortable(shipping, signal);
  const shipped = clock.now();
  recorder.emit({ kind: 'images-shipped', sent, took: millis(shipped - dumped) });
  const verified = verifyImages(migration, prepared);
  verified.catch(() => {});
  // The dump itself makes and removes a directory in the container; a sync that met it is not the last.
  const { steady } = await abortable(files, signal);
  if (!steady) await abortable(syncAgain(migration, prepared), signal);
  const synced = clock.now();
  await abortable(verified, signal);
  return { frozen, dumped, shipped, synced, verified: clock.now() };
};

const syncAgain = async (migration: Migration, prepared: Prepared): Promise<void> => {
  const parked = await parkFiles(migration, prepared);
  await tellOfSync(migration, 'frozen', parked.sync());
};

/** Beside the last of the file sync: nothing is restored that the other end made up, or that came over damaged. */
const verifyImages = async ({ clock, recorder }: Migration, { verification }: Prepared): Promise<void> => {
  const begun = clock.now();
  const verified = await verification.verify();
  recorder.emit({ kind: 'images-verified', ...verified, took: millis(clock.now() - begun) });
};
