import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ASSUMED_BANDWIDTH } from '../../../../engine/core/prediction/bandwidth.ts';
import {
  dirtyAtCutOver,
  downtimeError,
  predictDowntime,
} from '../../../../engine/core/prediction/downtime.ts';
import type { Downtime } from '../../../../engine/model/downtime.ts';
import { bytes, millis, pages } from '../../../../engine/model/units.ts';
import { anyCosts, anyRounds, free, round, roundsOf } from '../rounds.ts';

describe('pages dirty at the cut-over', () => {
  it('are those dirtied since the last freeze, not those the last round sent', () => {
    const first = round(0, { written: 100_000, transfer: 9000 });
    // 1000 pages/s over 10 s; 1 s between the rounds, then 0.5 s of transfer: 1.5 s at that rate.
    const second = round(1, { written: 10_000, window: 10_000, transfer: 500 });
    expect(dirtyAtCutOver(free, [first, second])).toBeCloseTo(1500);
  });

  it('are all that round 0 sent as long as no rate is known', () => {
    expect(dirtyAtCutOver(free, roundsOf(5000))).toBe(5000);
  });

  it('are all that rounds could copy before any round', () => {
    expect(dirtyAtCutOver({ ...free, copyable: bytes(4096 * 7) }, [])).toBe(7);
  });

  it('are no more than the largest set any window as long has shown', () => {
    const rounds = [
      round(0, { written: 100_000, transfer: 100 }),
      round(1, { written: 2000, window: 5000, transfer: 100 }),
      round(2, { written: 1900, window: 200, transfer: 1500 }),
    ];
    expect(dirtyAtCutOver(free, rounds)).toBe(2000);
  });

  it('are no more than the resident ones where the wait is longer than any window', () => {
    const rounds = [
      round(0, { written: 100, transfer: 100 }),
      round(1, { written: 900, window: 1000, transfer: 60_000 }),
    ];
    expect(dirtyAtCutOver({ ...free, resident: bytes(4096 * 1000) }, rounds)).toBe(1000);
  });
});

describe('the prediction', () => {
  it('sends dirty, shared and unreachable memory at the bandwidth seen', () => {
    const rounds = [
      round(0, { written: 1000, transfer: 1000 }),
      round(1, { written: 1000, shared: 500, window: 2000, transfer: 1500 }),
    ];
    // The wire takes 1 page/ms. 0.5 pages/ms over 1500 + 1000 ms are 1250, and 500 shared, and 100 unreachable.
    const { dump } = predictDowntime({ ...free, unreachable: bytes(100 * 4096) }, rounds);
    expect(dump).toBeCloseTo(1850);
  });

  it('assumes a bandwidth where none was seen', () => {
    const costs = { ...free, copyable: bytes(0), unreachable: bytes(ASSUMED_BANDWIDTH * 50) };
    expect(predictDowntime(costs, []).dump).toBeCloseTo(50);
  });

  it('contains a restore that grows with resident memory', () => {
    const costs = { ...free, fixedRestore: millis(100), restorePerByte: 1 / 1000, resident: bytes(5000) };
    expect(predictDowntime(costs, []).restore).toBe(105);
  });

  it('sums to its total', () => {
    fc.assert(
      fc.property(anyCosts, anyRounds, (costs, rounds) => {
        const { total, ...parts } = predictDowntime(costs, rounds);
        expect(Object.values(parts).reduce((sum, part) => sum + part, 0)).toBeCloseTo(total, 3);
      }),
    );
  });

  it('is finite and not negative, even of broken figures', () => {
    const broken = fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -1, 0);
    const brokenRounds = fc
      .array(
        fc.record({ written: broken, shared: broken, window: broken, transfer: broken, overhead: broken }),
      )
      .map((all) => all.map((each, index) => round(index, each)));
    fc.assert(
      fc.property(anyCosts, fc.oneof(anyRounds, brokenRounds), broken, (costs, rounds, value) => {
        const spoilt = { ...costs, fixedDump: millis(value), restorePerByte: value };
        for (const part of Object.values(predictDowntime(spoilt, rounds))) {
          expect(Number.isFinite(part) && part >= 0).toBe(true);
        }
      }),
    );
  });

  it('sends no fewer pages when the last round was dirtier', () => {
    fc.assert(
      fc.property(anyCosts, anyRounds, fc.nat(1_000_000), (costs, rounds, more) => {
        const last = rounds.at(-1);
        if (last === undefined) return;
        const dirtier = {
          ...last,
          dirty: { ...last.dirty, pagesWritten: pages(last.dirty.pagesWritten + more) },
        };
        // Not the time: more pages in the same time also show a faster link.
        const after = dirtyAtCutOver(costs, [...rounds.slice(0, -1), dirtier]);
        expect(after).toBeGreaterThanOrEqual(dirtyAtCutOver(costs, rounds));
      }),
    );
  });
});

describe('the error of a prediction', () => {
  const downtime = (part: number): Downtime => ({
    freeze: millis(part),
    dump: millis(part),
    transfer: millis(part),
    fileSync: millis(part),
    verify: millis(part),
    restore: millis(part),
    resume: millis(part),
    total: millis(part * 7),
  });

  it('is positive in every part that took longer than predicted', () => {
    expect(downtimeError(downtime(10), downtime(15))).toEqual(downtime(5));
  });
});
