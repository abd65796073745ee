import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calibrate, defaultCosts } from '../../../../engine/core/prediction/costs.ts';
import { bytes, millis } from '../../../../engine/model/units.ts';
import { container, memory } from '../../../fakes/facts.ts';
import { anyRounds, round } from '../rounds.ts';

const costs = defaultCosts(container());

describe('default costs', () => {
  it('count all memory that no round reaches', () => {
    const facts = container({
      memory: {
        ...memory,
        unreachable: [{ what: 'memfd', size: bytes(3000) }],
        tmpfs: [{ what: 'tmpfs /dev/shm', size: bytes(500) }],
      },
    });
    expect(defaultCosts(facts).unreachable).toBe(3500);
  });

  it('give way to measured ones', () => {
    expect(defaultCosts(container(), { fixedRestore: millis(7) })).toEqual({ ...costs, fixedRestore: 7 });
  });
});

describe('calibration', () => {
  const rounds = (overhead: number): Parameters<typeof calibrate>[1] => [
    round(0, { overhead, freezing: 40 }),
    round(1, { overhead, freezing: 40 }),
  ];

  it('leaves the figures of hosts that are as expected', () => {
    const same = calibrate(costs, rounds(costs.roundOverhead));
    expect(same).toEqual({ ...costs, fixedFreeze: 40 });
  });

  it('scales what the processor does to hosts that start processes three times as slowly', () => {
    const slow = calibrate(costs, rounds(costs.roundOverhead * 3));
    expect(slow.fixedRestore).toBe(costs.fixedRestore * 3);
    expect(slow.fixedDump).toBe(costs.fixedDump * 3);
    expect(slow.restorePerByte).toBe(costs.restorePerByte * 3);
    expect(slow.resident).toBe(costs.resident);
  });

  it('does not believe in hosts a thousand times as slow, or as fast', () => {
    expect(calibrate(costs, rounds(costs.roundOverhead * 1000)).fixedDump).toBe(costs.fixedDump * 20);
    expect(calibrate(costs, rounds(0)).fixedDump).toBe(costs.fixedDump / 2);
  });

  it('is not led astray by one slow start among several', () => {
    const usual = costs.roundOverhead;
    const three = [usual, usual, usual * 50].map((overhead, index) => round(index, { overhead }));
    expect(calibrate(costs, three).fixedDump).toBe(costs.fixedDump);
  });

  it('takes the freeze from the rounds', () => {
    expect(calibrate(costs, rounds(300)).fixedFreeze).toBe(40);
  });

  it('changes nothing before a round was seen', () => {
    expect(calibrate(costs, [])).toEqual(costs);
  });

  it('stays finite whatever the rounds', () => {
    fc.assert(
      fc.property(anyRounds, fc.constantFrom(0, 300), (any, overhead) => {
        const calibrated = calibrate({ ...costs, roundOverhead: millis(overhead) }, any);
        for (const figure of Object.values(calibrated)) {
          expect(Number.isFinite(figure) && figure >= 0).toBe(true);
        }
      }),
    );
  });
});
