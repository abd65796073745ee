import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ASSUMED_BANDWIDTH, bandwidth } from '../../../../engine/core/prediction/bandwidth.ts';
import { cappedRate } from '../../../../engine/core/prediction/cap.ts';
import { predictDowntime } from '../../../../engine/core/prediction/downtime.ts';
import { changedPolicy } from '../../../../engine/core/rounds/changed-policy.ts';
import { paceOfRounds } from '../../../../engine/core/simulation/pace.ts';
import { simulate } from '../../../../engine/core/simulation/simulate.ts';
import { bytes, millis } from '../../../../engine/model/units.ts';
import { anyLoad, anyPace, load, pace } from '../loads.ts';
import { anyCap, anyCosts, anyPolicy, anyRounds, free, policy, round } from '../rounds.ts';

/** 1000 pages a second, with what headers take. */
const cap = (1000 * 4096) / 0.95;
const held = round(0, { written: 10_000, transfer: 10_000, cap });

describe('under a cap', () => {
  it('rounds that it held back do not count for what the link can do', () => {
    expect(bandwidth([held])).toBe(ASSUMED_BANDWIDTH);
    const uncapped = round(1, { written: 10_000, transfer: 1000 });
    expect(bandwidth([held, uncapped])).toBe(10 * 4096);
  });

  it('rounds that the link made slower than it do', () => {
    const slow = round(0, { written: 10_000, transfer: 20_000, cap });
    expect(bandwidth([slow])).toBe(0.5 * 4096);
  });

  it('the link is no slower than the fastest round, even one that was held back', () => {
    const fast = round(1, { written: 1_000_000, transfer: 1000, cap: 10 ** 10 });
    const slow = round(0, { written: 10, transfer: 1000 });
    expect(bandwidth([slow, { ...fast, cap: bytes(4 * 10 ** 9) }])).toBe(1000 * 4096);
  });

  it('the downtime is predicted for a link without one, unless the frozen part has its own', () => {
    const dump = (frozen?: number): number =>
      predictDowntime(free, [held], frozen === undefined ? undefined : bytes(frozen)).dump;
    expect(dump()).toBeCloseTo((10_000 * 4096) / ASSUMED_BANDWIDTH);
    expect(dump(cap)).toBeCloseTo(10_000);
  });

  it('a lower one on the frozen part never shortens the prediction, which stays a number', () => {
    fc.assert(
      fc.property(anyCosts, anyRounds, anyCap, anyCap, (costs, rounds, one, other) => {
        const [low, high] = [Math.min(one, other), Math.max(one, other)].map(bytes);
        const [slow, fast, none] = [low, high, undefined].map(
          (each) => predictDowntime(costs, rounds, each).total,
        );
        expect(slow).toBeGreaterThanOrEqual(fast ?? 0);
        expect(fast).toBeGreaterThanOrEqual(none ?? 0);
        expect(Number.isFinite(slow)).toBe(true);
      }),
    );
  });
});

describe('a simulated migration under a cap', () => {
  it('sends no round faster, and the last dump as fast as it goes', () => {
    const capped = { ...policy, maxRounds: 2, maxBandwidth: bytes(cap) };
    const { rounds, downtime } = simulate(load(), pace, capped);
    expect(rounds[0]?.transfer).toBeCloseTo(50 + 25_600);
    const slower = simulate(load(), pace, { ...capped, maxBandwidthFrozen: bytes(cap) });
    expect(slower.downtime.dump).toBeGreaterThan(downtime.dump);
  });

  it('never exceeds it', () => {
    fc.assert(
      fc.property(anyLoad, anyPace, anyPolicy, (any, how, thresholds) => {
        // Nothing in no time is at no rate.
        for (const { sent, transfer } of simulate(any, how, thresholds).rounds)
          if (sent > 0)
            expect(sent).toBeLessThanOrEqual(transfer * cappedRate(thresholds.maxBandwidth) * 1.001);
      }),
    );
  });

  it('is replayed with what held its rounds back', () => {
    const capped = { ...policy, maxRounds: 4, maxBandwidth: bytes(cap) };
    const { rounds } = simulate(load(), pace, capped);
    const again = simulate(load(), paceOfRounds(rounds), capped);
    expect(again.rounds.map(({ transfer }) => Math.round(transfer))).toEqual(
      rounds.map(({ transfer }) => Math.round(transfer)),
    );
  });
});

describe('a changed policy', () => {
  it('has what was said, and else what it had', () => {
    const before = { ...policy, maxDowntime: millis(500), maxBandwidth: bytes(10 ** 6) };
    expect(changedPolicy(before, { maxBandwidth: null, maxRounds: 3 })).toEqual({
      ...policy,
      maxDowntime: 500,
      maxRounds: 3,
    });
    expect(changedPolicy(policy, { maxDowntime: millis(1), maxBandwidthFrozen: bytes(5) })).toEqual({
      ...policy,
      maxDowntime: 1,
      maxBandwidthFrozen: 5,
    });
  });

  it('is the same where nothing was said, or all of it as it was', () => {
    fc.assert(
      fc.property(anyPolicy, (any) => {
        const { deadline, onDeadline, ...said } = any;
        expect(changedPolicy(any, {})).toEqual(any);
        expect(changedPolicy(any, said)).toEqual(any);
      }),
    );
  });
});
