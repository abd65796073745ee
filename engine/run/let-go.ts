import type { Migration } from './migration.ts';

/**
 * Waits until criu has let go of the tasks after a failed pre-dump. One that hangs instead holds them stopped for ever, so it is
 * killed.
 */
export const letGo = async (
  { clock, patience, plan, recorder, source }: Migration,
  preDump: Promise<unknown>,
): Promise<void> => {
  const ended = preDump.then(
    () => true,
    () => true,
  );
  const over = new AbortController();
  const late = clock.sleep(patience.stall, over.signal).then(() => false);
  const hasEnded = await Promise.race([ended, late]);
  over.abort();
  if (hasEnded) return;
  const what = `criu on ${plan.from} does not let go of ${plan.container.id}`;
  recorder.emit({ kind: 'warning', message: `${what}, which stands still: criu is killed` });
  await source.endDump(plan);
  await ended;
};
