import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { decide } from '../../../../engine/core/rounds/decide.ts';
import type { Decision } from '../../../../engine/model/decision.ts';
import type { Policy } from '../../../../engine/model/policy.ts';
import type { Round } from '../../../../engine/model/round.ts';
import { millis, pages } from '../../../../engine/model/units.ts';
import { anyCosts, anyPolicy, anyRounds, free, policy, round, roundsOf } from '../rounds.ts';

const decided = (rounds: readonly Round[], changed: Partial<Policy> = {}, elapsed = 0): Decision =>
  decide({ ...policy, ...changed }, free, rounds, millis(elapsed), false);

const verdict = (decision: Decision): string =>
  decision.kind === 'another-round' ? decision.kind : `${decision.kind} ${decision.reason.kind}`;

describe('each rule by itself', () => {
  const promise = { maxDowntime: millis(0.01), deadline: millis(1000), onDeadline: 'give-up' } as const;
  const dirty = 1_000_000;
  test.each<[string, readonly Round[], Partial<Policy>, number, string]>([
    ['after the full copy nothing is known yet', roundsOf(dirty), {}, 0, 'another-round'],
    ['fewer pages each round go on', roundsOf(dirty, 9000, 3000, 1000), {}, 0, 'another-round'],
    ['few pages left', roundsOf(dirty, 64), {}, 0, 'cut-over few-dirty-pages'],
    ['one page above the threshold', roundsOf(dirty, 65), {}, 0, 'another-round'],
    ['a container that is itself within the threshold', roundsOf(60), {}, 0, 'cut-over few-dirty-pages'],
    [
      'shared pages are left to send as well',
      [round(0, {}), round(1, { shared: 65 })],
      {},
      0,
      'another-round',
    ],
    ['11 % more', roundsOf(dirty, 1000, 1110), {}, 0, 'cut-over growing'],
    ['9 % more', roundsOf(dirty, 1000, 1090), {}, 0, 'another-round'],
    ['more than round 0 is no growth', roundsOf(100, 1000), {}, 0, 'another-round'],
    ['flat for three rounds', roundsOf(dirty, 1000, 1000, 1000, 1000), {}, 0, 'cut-over stalled'],
    ['flat for two rounds', roundsOf(dirty, 1000, 1000, 1000), {}, 0, 'another-round'],
    ['slowly but steadily less', roundsOf(dirty, 1000, 970, 940, 910, 880, 850), {}, 0, 'another-round'],
    ['no more than noise less', roundsOf(dirty, 1000, 995, 990, 985), {}, 0, 'cut-over stalled'],
    ['all rounds made', roundsOf(dirty, 9000), { maxRounds: 2 }, 0, 'cut-over round-limit'],
    ['a single round allowed', roundsOf(dirty), { maxRounds: 1 }, 0, 'cut-over round-limit'],
    ['no round allowed', [], { maxRounds: 0 }, 0, 'cut-over round-limit'],
    [
      'no round allowed, and the budget is a promise',
      [],
      { maxRounds: 0, ...promise },
      0,
      'give-up round-limit',
    ],
    ['budget met', roundsOf(dirty, 9000), { maxDowntime: millis(5000) }, 0, 'cut-over downtime-met'],
    ['budget not met', roundsOf(dirty, 9000), { maxDowntime: millis(0.01) }, 0, 'another-round'],
    ['late', roundsOf(dirty, 9000), { deadline: millis(10) }, 10, 'cut-over deadline'],
    ['in time', roundsOf(dirty, 9000), { deadline: millis(10) }, 9, 'another-round'],
    [
      'late, and told to give up',
      roundsOf(dirty, 9000),
      { deadline: millis(10), onDeadline: 'give-up' },
      10,
      'give-up deadline',
    ],
    [
      'late, but little is left',
      roundsOf(dirty, 9),
      { deadline: millis(10), onDeadline: 'give-up' },
      10,
      'cut-over few-dirty-pages',
    ],
    [
      'growing and late: the clock wins',
      roundsOf(dirty, 1000, 2000),
      { deadline: millis(10), onDeadline: 'give-up' },
      10,
      'give-up deadline',
    ],
    [
      'growing with a budget alone',
      roundsOf(dirty, 1000, 2000),
      { maxDowntime: millis(0.01) },
      0,
      'cut-over growing',
    ],
    ['growing while the budget is a promise', roundsOf(dirty, 1000, 2000), promise, 0, 'another-round'],
    [
      'stalled while the budget is a promise',
      roundsOf(dirty, 1000, 1000, 1000, 1000),
      promise,
      0,
      'another-round',
    ],
    [
      'round limit while the budget is a promise',
      roundsOf(dirty, 9000),
      { ...promise, maxRounds: 2 },
      0,
      'give-up round-limit',
    ],
    ['late while the budget is a promise', roundsOf(dirty, 9000), promise, 1000, 'give-up deadline'],
    [
      'budget met while it is a promise',
      roundsOf(dirty, 9000),
      { ...promise, maxDowntime: millis(5000) },
      5000,
      'cut-over downtime-met',
    ],
  ])('%s', (_, rounds, changed, elapsed, expected) => {
    expect(verdict(decided(rounds, changed, elapsed))).toBe(expected);
  });

  it('cuts over when asked, whatever else holds', () => {
    const strict: Policy = { ...policy, maxRounds: 1, deadline: millis(0), onDeadline: 'give-up' };
    expect(verdict(decide(strict, free, roundsOf(1_000_000), millis(5), true))).toBe('cut-over asked');
  });
});

describe('growth', () => {
  const pair = (before: Parameters<typeof round>[1], after: Parameters<typeof round>[1]): string =>
    verdict(decided([round(0, { written: 100_000 }), round(1, before), round(2, after)]));

  it('is not seen in a set that grew with its window', () => {
    expect(pair({ written: 1000, window: 1000 }, { written: 1900, window: 2000 })).toBe('another-round');
  });

  it('is seen in a set that grew more than its window', () => {
    expect(pair({ written: 1000, window: 1000 }, { written: 2500, window: 2000 })).toBe('cut-over growing');
  });

  it('is not seen in a rate that rose while less is left to send', () => {
    expect(pair({ written: 1000, window: 1000 }, { written: 900, window: 100 })).toBe('another-round');
  });

  it('counts what must be sent: a constant block of shared memory makes a small change small', () => {
    expect(pair({ written: 100, shared: 10_000 }, { written: 500, shared: 10_000 })).toBe('another-round');
  });

  it('from nothing to something has a finite figure', () => {
    const decision = decided([...roundsOf(1000, 0), round(2, { written: 500 })], { minDirtyPages: pages(1) });
    expect(decision).toMatchObject({ kind: 'cut-over', reason: { kind: 'growing', growth: 499 } });
  });
});

describe('whatever the rounds', () => {
  const anyElapsed = fc.nat(2_000_000).map(millis);

  it('never asks for a round beyond the limit', () => {
    fc.assert(
      fc.property(
        anyPolicy,
        anyCosts,
        anyRounds,
        anyElapsed,
        fc.boolean(),
        (any, costs, rounds, elapsed, asked) => {
          const limited = { ...any, maxRounds: Math.min(any.maxRounds, rounds.length) };
          expect(decide(limited, costs, rounds, elapsed, asked).kind).not.toBe('another-round');
        },
      ),
    );
  });

  it('never compares with round 0: its size changes no verdict on growth or stalling', () => {
    fc.assert(
      fc.property(anyRounds, fc.integer({ min: 65, max: 5_000_000 }), (rounds, other) => {
        fc.pre(rounds.length > 1);
        const changed = [round(0, { written: other }), ...rounds.slice(1)];
        expect(verdict(decided(changed))).toBe(verdict(decided(rounds)));
      }),
    );
  });

  it('keeps to a larger budget what it held to be within a smaller one', () => {
    fc.assert(
      fc.property(
        anyPolicy,
        anyCosts,
        anyRounds,
        fc.nat(100_000),
        fc.nat(100_000),
        (any, costs, rounds, budget, more) => {
          const within = (allowed: number): boolean =>
            verdict(decide({ ...any, maxDowntime: millis(allowed) }, costs, rounds, millis(0), false)) ===
            'cut-over downtime-met';
          expect(within(budget) && !within(budget + more)).toBe(false);
        },
      ),
    );
  });

  it('gives up only where the user said so', () => {
    fc.assert(
      fc.property(anyPolicy, anyCosts, anyRounds, anyElapsed, (any, costs, rounds, elapsed) => {
        const decision = decide({ ...any, onDeadline: 'cut-over' }, costs, rounds, elapsed, false);
        expect(decision.kind).not.toBe('give-up');
      }),
    );
  });

  it('never cuts over beyond a budget that is a promise', () => {
    fc.assert(
      fc.property(anyPolicy, anyCosts, anyRounds, anyElapsed, (any, costs, rounds, elapsed) => {
        const strict = {
          ...any,
          maxDowntime: millis(300),
          deadline: millis(1000),
          onDeadline: 'give-up' as const,
        };
        const decision = decide(strict, costs, rounds, elapsed, false);
        expect(decision.kind === 'cut-over' && decision.estimate.total > 300).toBe(false);
      }),
    );
  });

  it('shows evidence that bears the reason out', () => {
    fc.assert(
      fc.property(anyPolicy, anyCosts, anyRounds, anyElapsed, (any, costs, rounds, elapsed) => {
        const decision = decide(any, costs, rounds, elapsed, false);
        if (decision.kind !== 'another-round') {
          expect(holds(decision, any, rounds)).toBe(true);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

const holds = (
  { reason, estimate }: Exclude<Decision, { kind: 'another-round' }>,
  used: Policy,
  rounds: readonly Round[],
): boolean => {
  switch (reason.kind) {
    case 'downtime-met':
      return (
        reason.predicted <= reason.budget &&
        reason.budget === used.maxDowntime &&
        reason.predicted === estimate.total
      );
    case 'few-dirty-pages':
      return reason.dirty <= reason.threshold && reason.threshold === used.minDirtyPages;
    case 'growing':
      return (
        rounds.length >= 3 &&
        reason.growth > reason.threshold &&
        Number.isFinite(reason.growth) &&
        reason.dirty > reason.previous &&
        reason.threshold === used.maxGrowth
      );
    case 'stalled':
      return rounds.length >= 5 && reason.rounds === 3 && reason.dirty >= reason.best * 0.95;
    case 'round-limit':
      return reason.rounds >= reason.limit && reason.limit === used.maxRounds;
    case 'deadline':
      return reason.elapsed >= reason.deadline && reason.deadline === used.deadline;
    case 'asked':
      return false;
  }
};
