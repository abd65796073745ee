import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calibrate, defaultCosts } from '../../../../engine/core/prediction/costs.ts';
import { predictDowntime } from '../../../../engine/core/prediction/downtime.ts';
import { learnt } from '../../../../engine/core/prediction/history.ts';
import type { Downtime } from '../../../../engine/model/downtime.ts';
import type { PastCutOver } from '../../../../engine/model/past.ts';
import { bytes, millis } from '../../../../engine/model/units.ts';
import { anyRounds, round } from '../rounds.ts';

const MIB = 1024 ** 2;

interface Made {
  /** In MiB. */
  readonly resident?: number;
  /** How much longer than usual the hosts took for everything. */
  readonly slowness?: number;
  readonly changed?: Partial<Downtime>;
}

/** Hosts that start a round in 1 s, and take 2 s and 10 ms per MiB for a restore. One page takes 1 ms to send. */
const made = ({ resident = 100, slowness = 1, changed = {} }: Made = {}): PastCutOver => {
  const times = (value: number): ReturnType<typeof millis> => millis(value * slowness);
  const parts = {
    freeze: millis(10),
    dump: times(1600),
    transfer: times(200),
    fileSync: times(0),
    verify: times(400),
    restore: times(2000 + 10 * resident),
    resume: times(700),
    ...changed,
  };
  const total = millis(Object.values(parts).reduce((sum, part) => sum + part, 0));
  const rounds = [0, 1].map((index) =>
    round(index, { written: 100, transfer: 100 * slowness, overhead: 1000 * slowness }),
  );
  return { rounds, measured: { ...parts, total }, resident: bytes(resident * MIB), left: bytes(100 * 4096) };
};

const memory = (resident: number): Parameters<typeof defaultCosts>[0] => ({
  memory: { resident: bytes(resident * MIB), unreachable: [], tmpfs: [] },
});

describe('what earlier cut-overs say', () => {
  it('is nothing where there was none, or none that shows how fast its hosts were', () => {
    expect(learnt([])).toEqual({});
    expect(learnt([{ ...made(), rounds: [] }])).toEqual({});
  });

  it('is what they took, less the time their last pages needed', () => {
    expect(learnt([made()])).toMatchObject({
      roundOverhead: 1000,
      fixedDump: 1500,
      fixedTransfer: 200,
      fileSync: 0,
      verify: 400,
      resume: 700,
    });
  });

  it('predicts one that goes like them, whatever they held', () => {
    const past = [20, 40, 80, 160, 320, 640].map((resident) => made({ resident }));
    const rounds = made().rounds;
    const costs = calibrate(defaultCosts(memory(1000), learnt(past)), rounds);
    expect(predictDowntime(costs, rounds)).toMatchObject({ restore: 12_000, verify: 400, resume: 700 });
  });

  it('is the same when some were made while the hosts were busy', () => {
    const idle = learnt([made(), made(), made()]);
    const busy = learnt([made(), made(), made({ slowness: 3 })]);
    for (const [part, figure] of Object.entries(idle))
      expect(Object.entries(busy)).toContainEqual([part, expect.closeTo(figure)]);
  });

  it('makes less of slow rounds than hosts that nobody knows: it may be the container that slows them', () => {
    const rounds = made({ slowness: 4 }).rounds;
    const known = learnt([made()]);
    const costs = calibrate(defaultCosts(memory(100), known), rounds);
    expect(costs.verify).toBeCloseTo(2 * (known.verify ?? 0));
  });

  it('is not led astray by one that hung', () => {
    const hung = made({ changed: { restore: millis(60_000), verify: millis(60_000) } });
    expect(learnt([made(), made(), hung])).toEqual(learnt([made(), made(), made()]));
  });

  it('takes the price of memory as it is ordinarily where all held about the same', () => {
    const alike = [100, 101, 102, 103, 104].map((resident) => made({ resident }));
    const [one, many] = [learnt([made()]), learnt(alike)];
    expect(many.restorePerByte).toBe(one.restorePerByte);
  });

  it('makes a prediction that is finite and not negative, of anything', () => {
    const any = fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -1, 0, 500);
    const anyPast = fc.record({ rounds: anyRounds, value: any, left: any, resident: any }).map((each) => ({
      ...made({ changed: { dump: millis(each.value), restore: millis(each.value) } }),
      rounds: each.rounds,
      left: bytes(each.left),
      resident: bytes(each.resident),
    }));
    fc.assert(
      fc.property(fc.array(anyPast, { maxLength: 6 }), anyRounds, (past, rounds) => {
        const costs = calibrate(defaultCosts(memory(100), learnt(past)), rounds);
        for (const part of Object.values(predictDowntime(costs, rounds)))
          expect(Number.isFinite(part) && part >= 0).toBe(true);
      }),
    );
  });
});
