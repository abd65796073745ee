import { describe, expect, it } from 'vitest';
import { sessionSlots } from '../../../transport/host/session-slots.ts';

const settled = async (promises: readonly Promise<unknown>[]): Promise<number> => {
  let count = 0;
  for (const promise of promises)
    void promise.then(
      () => count++,
      () => count++,
    );
  await new Promise((resolve) => setImmediate(resolve));
  return count;
};

describe('session slots', () => {
  it('keep room for short commands beside long ones, and for signals beside both', async () => {
    const slots = sessionSlots();
    expect(await settled(Array.from({ length: 9 }, () => slots.acquire('start')))).toBe(6);
    expect(await settled(Array.from({ length: 9 }, () => slots.acquire('run')))).toBe(2);
    expect(await settled(Array.from({ length: 9 }, () => slots.acquire('signal')))).toBe(2);
  });

  it('pass to the next in line, once', async () => {
    const slots = sessionSlots();
    const [first] = await Promise.all(Array.from({ length: 8 }, () => slots.acquire('run')));
    const waiting = [slots.acquire('run'), slots.acquire('run')];
    first?.();
    first?.();
    expect(await settled(waiting)).toBe(1);
  });

  it('are not used up by a command that stopped waiting', async () => {
    const slots = sessionSlots();
    const [first] = await Promise.all(Array.from({ length: 8 }, () => slots.acquire('run')));
    const abort = new AbortController();
    const gaveUp = slots.acquire('run', abort.signal);
    const next = slots.acquire('run');
    abort.abort(new Error('enough'));
    await expect(gaveUp).rejects.toThrow('enough');
    first?.();
    expect(await settled([next])).toBe(1);
  });

  it('are released when a command stops waiting at the moment of its turn', async () => {
    const slots = sessionSlots();
    const [first] = await Promise.all(Array.from({ length: 8 }, () => slots.acquire('run')));
    const abort = new AbortController();
    const gaveUp = slots.acquire('run', abort.signal);
    const next = slots.acquire('run');
    abort.abort(new Error('enough'));
    first?.();
    await expect(gaveUp).rejects.toThrow('enough');
    expect(await settled([next])).toBe(1);
  });

  it('are refused to one more long-running command when none of them ends, and to no other command', async () => {
    const slots = sessionSlots(20);
    const [first] = await Promise.all(Array.from({ length: 6 }, () => slots.acquire('start')));
    await expect(slots.acquire('start')).rejects.toThrow(
      '6 long-running commands already use this connection',
    );
    await slots.acquire('run');
    first?.();
    await slots.acquire('start');
  });
});
