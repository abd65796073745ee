import { InDoubt } from '../model/errors.ts';
import { millis } from '../model/units.ts';
import type { FinalDump } from '../ports.ts';
import type { Migration } from './migration.ts';

/** A keeper that has lost us thaws the source within 15 s; after this long its state is final. */
const SETTLED = 20;

/** The commit point: the source's death. Resolves when it is certain; throws while the source lives, or `InDoubt`. */
export const commit = async (migration: Migration, dump: FinalDump): Promise<void> => {
  const { recorder, durable } = migration;
  try {
    await dump.kill();
  } catch (cause) {
    await certifyDeath(migration, cause);
    recorder.emit({ kind: 'warning', message: `the source ended without saying so: ${String(cause)}` });
  }
  recorder.enter('committed');
  await durable();
};

/** The verdict was sent and not confirmed. Only the source itself can say what became of it. */
const certifyDeath = async ({ source, clock, plan }: Migration, cause: unknown): Promise<void> => {
  let alive: boolean | undefined;
  for (let second = 0; second < SETTLED; second += 1) {
    alive = await source.isAlive(plan).catch(() => undefined);
    if (alive === false) return;
    await clock.sleep(millis(1000));
  }
  if (alive === undefined)
    throw new InDoubt(`${plan.from} cannot be asked whether ${plan.container.id} still runs there`, cause);
  throw new Error('the source was told to end and goes on', { cause });
};
