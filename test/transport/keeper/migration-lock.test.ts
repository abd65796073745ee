import { describe, expect, it } from 'vitest';
import { holdLock } from '../../../transport/keeper/migration-lock.ts';
import { plan } from '../../engine/core/events.ts';
import { fakeHost } from '../../fakes/fake-host.ts';

const hold = async () => {
  const host = fakeHost('blue');
  const holding = holdLock(host, plan, '/sys/fs/cgroup/shop');
  await new Promise((resolve) => setImmediate(resolve));
  const [holder] = host.started;
  if (holder === undefined) throw new Error('nothing holds the lock');
  return { holder, holding };
};

const soon = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the lock of a migration', () => {
  it('is held until it is released', async () => {
    const { holder, holding } = await hold();
    holder.say('held');
    const lock = await holding;
    expect(lock.assertHeld).not.toThrow();
    const released = lock.release();
    holder.finish();
    await released;
  });

  it('is asked for before each dump: when its process ends, another migration may work on the container', async () => {
    const { holder, holding } = await hold();
    holder.say('held');
    const lock = await holding;
    holder.finish({ exitCode: undefined });
    await soon();
    expect(lock.assertHeld).toThrow(/hold-lock\.sh on blue .*another migration may work on the container/);
  });

  it('names the other migration that has it', async () => {
    const { holder, holding } = await hold();
    holder.finish({ exitCode: 17 });
    await expect(holding).rejects.toThrow(/is under way on blue/);
  });
});
