import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultPolicy } from '../../../../engine/core/rounds/default-policy.ts';
import { policyGrid } from '../../../../engine/core/simulation/policy-grid.ts';
import { simulate } from '../../../../engine/core/simulation/simulate.ts';
import { paretoFront, recommended, tune } from '../../../../engine/core/simulation/tune.ts';
import type { Choice } from '../../../../engine/model/simulation.ts';
import { bytes, millis } from '../../../../engine/model/units.ts';
import { anyLoad, anyPace, load, pace } from '../loads.ts';

const base: Choice = { policy: defaultPolicy, simulation: simulate(load(), pace, defaultPolicy) };

/** A choice with these figures, told from others by its limit of rounds. */
const choice = (maxRounds: number, downtime: number, sent: number, total: number): Choice => ({
  policy: { ...defaultPolicy, maxRounds },
  simulation: {
    ...base.simulation,
    downtime: { ...base.simulation.downtime, total: millis(downtime) },
    sent: bytes(sent),
    total: millis(total),
  },
});

const namesOf = (choices: readonly Choice[]): readonly number[] =>
  choices.map(({ policy }) => policy.maxRounds);

describe('the grid', () => {
  const grid = policyGrid();

  it('begins with the defaults, then what changes one of them, rounds first', () => {
    expect(grid[0]).toEqual(defaultPolicy);
    expect(grid[1]).toEqual({ ...defaultPolicy, maxRounds: 1 });
    const changes = grid.map((each) => JSON.stringify(each));
    expect(new Set(changes).size).toBe(grid.length);
  });
});

describe('the front', () => {
  it('is what nothing else is better than, the least downtime first', () => {
    const front = paretoFront([
      choice(1, 3000, 100, 10_000),
      choice(2, 1000, 200, 20_000),
      choice(3, 1000, 300, 20_000),
      choice(4, 500, 400, 30_000),
      choice(5, 600, 500, 40_000),
    ]);
    expect(namesOf(front)).toEqual([4, 2, 1]);
  });

  it('has the first of several that lead to the same, or to a downtime nobody could tell from it', () => {
    expect(
      namesOf(paretoFront([choice(1, 1000, 100, 10), choice(2, 1000, 100, 10), choice(3, 999, 100, 10)])),
    ).toEqual([1]);
  });

  it('has for everything one that is at least as good, and none that another is better than', () => {
    const figure = fc.nat(5);
    const any = fc.array(fc.tuple(figure, figure, figure), { maxLength: 30 });
    fc.assert(
      fc.property(any, (all) => {
        const choices = all.map(([downtime, sent, total], index) =>
          choice(index + 1, downtime * 10, sent, total),
        );
        const front = paretoFront(choices);
        const covers = (one: Choice, other: Choice): boolean =>
          one.simulation.downtime.total <= other.simulation.downtime.total &&
          one.simulation.sent <= other.simulation.sent &&
          one.simulation.total <= other.simulation.total;
        for (const each of choices) expect(front.some((one) => covers(one, each))).toBe(true);
        for (const each of front)
          expect(front.filter((one) => one !== each && covers(one, each))).toEqual([]);
      }),
    );
  });
});

describe('the recommendation', () => {
  it('has the fewest bytes of those within 5 % of the least downtime', () => {
    const front = [
      choice(4, 1000, 400, 1),
      choice(3, 1049, 300, 1),
      choice(2, 1051, 200, 1),
      choice(1, 3000, 100, 1),
    ];
    expect(recommended(front)?.policy.maxRounds).toBe(3);
  });

  it('is none where there is nothing to choose from', () => {
    expect(recommended([])).toBeUndefined();
  });

  it('leads to what it promises, for any container', () => {
    fc.assert(
      fc.property(anyLoad, anyPace, (what, how) => {
        const tuning = tune(what, how);
        const { front, defaults } = tuning;
        const steady = simulate(
          { ...what, intensity: [] },
          { ...how, recorded: [] },
          tuning.recommended.policy,
        );
        expect(steady).toEqual(tuning.recommended.simulation);
        expect(front).toContain(tuning.recommended);
        const least = front[0]?.simulation.downtime.total ?? 0;
        expect(tuning.recommended.simulation.downtime.total).toBeLessThanOrEqual(least * 1.05);
        expect(least).toBeLessThanOrEqual(defaults.simulation.downtime.total + 10);
      }),
      { numRuns: 5 },
    );
  });

  it('spares rounds that bring nothing: of a small set that is dirty again at once', () => {
    const { recommended: best, defaults } = tune(load(), { ...pace, rate: 1000 * 4096 });
    expect(best.simulation.sent).toBeLessThan(defaults.simulation.sent);
    expect(best.policy.maxRounds).toBeLessThan(defaultPolicy.maxRounds);
  });
});
