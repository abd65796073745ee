import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { measureRound } from '../../../../engine/core/rounds/round.ts';
import { bytes, millis } from '../../../../engine/model/units.ts';
import { dirtyStats } from '../rounds.ts';

const stats = (frozen: number, memoryWrite: number) => ({
  ...dirtyStats({ written: 10 }),
  frozen: millis(frozen),
  memoryWrite: millis(memoryWrite),
});

describe('a measured round', () => {
  it('froze as long before its end as criu collected and sent', () => {
    const { round, freezeAt } = measureRound({
      index: 1,
      dirty: stats(50, 200),
      sent: bytes(40_960),
      startedAt: millis(1000),
      endedAt: millis(1500),
      previousFreezeAt: millis(400),
    });
    expect(freezeAt).toBe(1250);
    expect(round).toMatchObject({ index: 1, window: 850, transfer: 250, duration: 500, sent: 40_960 });
  });

  it('has no window when it is the first', () => {
    const { round } = measureRound({
      index: 0,
      dirty: stats(50, 200),
      sent: bytes(0),
      startedAt: millis(0),
      endedAt: millis(500),
    });
    expect(round.window).toBe(0);
  });

  it('never froze before it started, whatever criu counts', () => {
    const { round, freezeAt } = measureRound({
      index: 0,
      dirty: stats(900, 900),
      sent: bytes(0),
      startedAt: millis(100),
      endedAt: millis(200),
    });
    expect(freezeAt).toBe(100);
    expect(round.transfer).toBe(100);
  });

  it('has windows that add up to the time between the first freeze and the last', () => {
    const step = fc.record({
      gap: fc.nat(1000),
      lasts: fc.nat(1000),
      frozen: fc.nat(500),
      write: fc.nat(500),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1 }), (steps) => {
        let now = 0;
        let sum = 0;
        const freezes: number[] = [];
        for (const [index, { gap, lasts, frozen, write }] of steps.entries()) {
          const previous = freezes.at(-1);
          const { round, freezeAt } = measureRound({
            index,
            dirty: stats(frozen, write),
            sent: bytes(0),
            startedAt: millis(now + gap),
            endedAt: millis(now + gap + lasts),
            ...(previous === undefined ? {} : { previousFreezeAt: millis(previous) }),
          });
          freezes.push(freezeAt);
          sum += round.window;
          now += gap + lasts;
        }
        expect(sum).toBe((freezes.at(-1) ?? 0) - (freezes[0] ?? 0));
      }),
    );
  });
});
