import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calibrate, defaultCosts } from '../../../../engine/core/prediction/costs.ts';
import { decide } from '../../../../engine/core/rounds/decide.ts';
import { curveOf } from '../../../../engine/core/simulation/dirty-curve.ts';
import { loadOfProfile, loadOfRounds } from '../../../../engine/core/simulation/load.ts';
import { paceOfRounds } from '../../../../engine/core/simulation/pace.ts';
import { simulate } from '../../../../engine/core/simulation/simulate.ts';
import { bytes, millis, pages } from '../../../../engine/model/units.ts';
import { anyLoad, anyPace, load, pace, profile, seen } from '../loads.ts';
import { anyPolicy, policy, round } from '../rounds.ts';

describe('a simulated migration', () => {
  it('copies all in round 0, then what was dirtied from freeze to freeze', () => {
    const { rounds, finalPages } = simulate(load(), pace, { ...policy, maxRounds: 2 });
    // 25,600 pages at 25 per ms, 50 ms to settle, 400 ms to the next freeze: 1474 ms.
    expect(rounds[0]).toMatchObject({ window: 0, transfer: 1074, duration: 1374 });
    expect(rounds[1]).toMatchObject({
      window: 1474,
      dirty: { pagesWritten: Math.round(1600 + 474 * (800 / 3000)) },
    });
    // 1726 pages: 119 ms, and 400 ms.
    expect(finalPages).toBe(Math.round(600 + (519.04 - 250) * (1000 / 750)));
  });

  it('without any round sends all memory while the container stands still', () => {
    const { rounds, finalPages, sent, decision } = simulate(load(), pace, { ...policy, maxRounds: 0 });
    expect(rounds).toEqual([]);
    expect(finalPages).toBe(load().privatePages);
    expect(sent).toBe(load().privatePages * 4096);
    expect(decision).toMatchObject({ kind: 'cut-over', reason: { kind: 'round-limit', rounds: 0 } });
  });

  it('of an idle container ends after one round that finds nothing', () => {
    const idle = load({ curve: curveOf([], pages(25_600)) });
    const { rounds, decision, finalPages } = simulate(idle, pace, policy);
    expect(decision).toMatchObject({ kind: 'cut-over', reason: { kind: 'few-dirty-pages' } });
    expect([rounds.length, finalPages]).toEqual([2, 0]);
  });

  it('sends what no round can copy once, while the container stands still', () => {
    const size = bytes(25 * 4096 * 1000);
    const memory = { ...load().memory, unreachable: [{ what: 'memfd', size }] };
    const one = { ...policy, maxRounds: 1 };
    const [without, more] = [simulate(load(), pace, one), simulate(load({ memory }), pace, one)];
    expect(more.rounds).toEqual(without.rounds);
    expect(more.downtime.dump - without.downtime.dump).toBeCloseTo(1000);
    expect(more.sent - without.sent).toBe(size);
  });

  it('gives up where the budget is a promise that cannot be kept', () => {
    const strict = { maxDowntime: millis(1), deadline: millis(10_000), onDeadline: 'give-up' } as const;
    expect(simulate(load(), pace, { ...policy, ...strict }).decision.kind).toBe('give-up');
  });

  it('ends within the limit of rounds, each decision the one that the engine would make', () => {
    fc.assert(
      fc.property(anyLoad, anyPace, anyPolicy, (any, how, thresholds) => {
        const { rounds, decision } = simulate(any, how, thresholds);
        expect(rounds.length).toBeLessThanOrEqual(thresholds.maxRounds);
        const costs = defaultCosts(any);
        let elapsed = 0;
        for (const [index, { transfer }] of rounds.entries()) {
          elapsed += (how.recorded[index] ?? how.usual).gap + transfer;
          const made = rounds.slice(0, index + 1);
          const decided = decide(thresholds, calibrate(costs, made), made, millis(elapsed), false);
          if (index < rounds.length - 1) expect(decided.kind).toBe('another-round');
          else expect(decided).toEqual(decision);
        }
      }),
    );
  });

  it('sends at least all there is, and takes at least as long as that takes', () => {
    fc.assert(
      fc.property(anyLoad, anyPace, anyPolicy, (any, how, thresholds) => {
        const { sent, total, downtime, rounds, finalPages } = simulate(any, how, thresholds);
        const there = any.memory.resident;
        expect(sent).toBeGreaterThanOrEqual(there);
        expect(total).toBeGreaterThanOrEqual(there / how.rate);
        expect(total).toBeGreaterThan(downtime.total);
        for (const { dirty } of rounds) expect(dirty.pagesWritten).toBeLessThanOrEqual(any.privatePages);
        expect(finalPages).toBeLessThanOrEqual(any.privatePages);
        expect(Object.values(downtime).every((part) => Number.isFinite(part) && part >= 0)).toBe(true);
      }),
    );
  });

  it('of as many rounds over a faster link never stands still for longer, nor sends more', () => {
    const rounds = fc.integer({ min: 1, max: 4 });
    const faster = fc.double({ min: 1, max: 100, noNaN: true });
    // No rule but the limit can end so few rounds, unless one of them finds nothing at all.
    const noRule = { minDirtyPages: pages(-1), maxGrowth: Number.POSITIVE_INFINITY };
    fc.assert(
      fc.property(anyLoad, anyPace, rounds, faster, (any, how, maxRounds, factor) => {
        const limited = { ...policy, ...noRule, maxRounds };
        const [slow, fast] = [how, { ...how, rate: how.rate * factor }].map((each) =>
          simulate(any, each, limited),
        );
        expect(fast?.rounds.length).toBe(slow?.rounds.length);
        expect(fast?.downtime.total).toBeLessThanOrEqual((slow?.downtime.total ?? 0) + 1e-6);
        expect(fast?.sent).toBeLessThanOrEqual(slow?.sent ?? 0);
      }),
    );
  });

  it('of more dirt never stands still for less', () => {
    fc.assert(
      fc.property(anyLoad, anyPace, fc.double({ min: 1, max: 10, noNaN: true }), (any, how, factor) => {
        const one = { ...policy, maxRounds: 1 };
        const curve = curveOf(
          any.curve.points.map(({ window, dirty }) => ({ window, dirty: pages(dirty * factor) })),
          any.privatePages,
        );
        const [less, more] = [any, { ...any, curve }].map((each) => simulate(each, how, one).downtime.total);
        expect(more).toBeGreaterThanOrEqual((less ?? 0) - 1e-6);
      }),
    );
  });
});

describe('what is known of a container', () => {
  it('from a profile: how much there is, and how fast it gets dirty', () => {
    expect(loadOfProfile(profile)).toEqual(load());
  });

  const recorded = [
    round(0, { written: 25_600, transfer: 1200, overhead: 500 }),
    round(1, { written: 2000, window: 2000, transfer: 130, overhead: 450 }),
    round(2, { written: 620, window: 600, transfer: 80, overhead: 440 }),
    round(3, { written: 540, window: 560, transfer: 75, overhead: 470 }),
  ];

  it('from the rounds of a migration: that very migration comes out again', () => {
    const [how, what] = [paceOfRounds(recorded), loadOfRounds(profile.memory, recorded)];
    const { rounds } = simulate(what, how, { ...policy, maxRounds: 4 });
    for (const [index, { window, transfer, duration, dirty }] of recorded.entries()) {
      expect(rounds[index]?.window).toBeCloseTo(window, 3);
      expect(rounds[index]?.transfer).toBeCloseTo(transfer, 3);
      expect(rounds[index]?.duration).toBeCloseTo(duration, 3);
      expect(rounds[index]?.dirty.pagesWritten).toBe(dirty.pagesWritten);
    }
  });

  it('from the rounds of a migration: a curve through the middle of rounds as long as each other', () => {
    const flat = [1, 2, 3].map((index) => round(index, { written: [900, 1000, 1100][index - 1] ?? 0 }));
    const { curve, intensity } = loadOfRounds(profile.memory, [round(0, { written: 25_600 }), ...flat]);
    expect(curve.points).toEqual(seen([1000, 1000]));
    expect(intensity).toEqual([1, 0.9, 1, 1.1]);
  });

  it('from the rounds of a migration: the rate of the best, what is lost besides, and the middle of that', () => {
    const { rate, usual, recorded: each } = paceOfRounds(recorded);
    expect(rate).toBeCloseTo((25_600 * 4096) / 1200);
    expect(usual.startup).toBe(450);
    expect(usual.gap).toBe(480);
    expect(each[1]?.settling).toBeCloseTo(130 - (2000 * 4096) / rate);
    expect(each[0]).toEqual({ gap: 500, startup: 500, settling: 0 });
  });
});
