import { afterEach, describe, expect, it } from 'vitest';
import { type Interruptible, interruptible } from '../../../cli/terminal/interrupt.ts';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
type Signal = (typeof signals)[number];

interface Setting extends Interruptible {
  readonly calls: readonly boolean[];
  /** Acts as if the signal arrived, without calling the other listeners of the process. */
  send(signal: Signal): void;
}

const settings: Interruptible[] = [];

const start = (): Setting => {
  const before = new Map(signals.map((signal) => [signal, process.listeners(signal)]));
  const calls: boolean[] = [];
  const interruption = interruptible((first) => calls.push(first));
  settings.push(interruption);
  const send = (signal: Signal): void => {
    for (const listener of process.listeners(signal)) {
      if (!before.get(signal)?.includes(listener)) listener(signal);
    }
  };
  return { ...interruption, calls, send };
};

afterEach(() => {
  for (const { settle } of settings.splice(0)) settle();
});

describe('an interruption', () => {
  it.each(signals)('by %s aborts once; a second one only calls `onSignal`', (signal) => {
    const { signal: aborting, interrupted, calls, send } = start();
    let aborted = 0;
    aborting.addEventListener('abort', () => {
      aborted += 1;
    });
    expect(interrupted()).toBe(false);
    send(signal);
    send(signal);
    send(signal);
    expect(interrupted()).toBe(true);
    expect(aborted).toBe(1);
    expect(calls).toEqual([true, false, false]);
  });

  it('counts signals of all kinds as one', () => {
    const { calls, send } = start();
    send('SIGTERM');
    send('SIGINT');
    expect(calls).toEqual([true, false]);
  });

  it('is reported before it takes effect, so that its reason is printed before the consequences', () => {
    const order: string[] = [];
    const interruption = interruptible(() => order.push('reported'));
    settings.push(interruption);
    interruption.signal.addEventListener('abort', () => order.push('aborted'));
    process.listeners('SIGHUP').at(-1)?.('SIGHUP');
    expect(order).toEqual(['reported', 'aborted']);
  });

  it('has an AbortError as its reason', () => {
    const { signal, send } = start();
    send('SIGINT');
    expect(signal.reason).toMatchObject({ name: 'AbortError' });
  });

  it('has no handlers left after `settle`', () => {
    const before = signals.map((signal) => process.listenerCount(signal));
    const { settle } = start();
    expect(signals.map((signal) => process.listenerCount(signal))).toEqual(before.map((count) => count + 1));
    settle();
    settle();
    expect(signals.map((signal) => process.listenerCount(signal))).toEqual(before);
  });
});
