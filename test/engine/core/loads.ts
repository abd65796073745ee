import fc from 'fast-check';
import { curveOf } from '../../../engine/core/simulation/dirty-curve.ts';
import type { DirtyProfile, DirtyWindow } from '../../../engine/model/profile.ts';
import type { Load, Pace } from '../../../engine/model/simulation.ts';
import { bytes, millis, pages } from '../../../engine/model/units.ts';

/** Profiles, loads and paces for the tests of the core. */

export const seen = (...points: readonly (readonly [number, number])[]): readonly DirtyWindow[] =>
  points.map(([window, dirty]) => ({ window: millis(window), dirty: pages(dirty) }));

const memory = { resident: bytes(25_600 * 4096), unreachable: [], tmpfs: [] };

/** 100 MiB, of which 10 MiB are written to all the time. */
export const profile: DirtyProfile = {
  container: 'shop',
  from: 'blue',
  takenAt: '2026-01-02T03:04:05.000Z',
  memory,
  privatePages: pages(25_600),
  windows: seen([250, 600], [1000, 1600], [4000, 2400], [16_000, 2560]),
};

export const load = (changed: Partial<Load> = {}): Load => ({
  memory,
  privatePages: pages(25_600),
  curve: curveOf(profile.windows, pages(25_600)),
  intensity: [],
  ...changed,
});

/** 25 pages per millisecond, and 400 ms between rounds. */
export const pace: Pace = {
  rate: 25 * 4096,
  freezing: millis(20),
  usual: { gap: millis(400), startup: millis(300), settling: millis(50) },
  recorded: [],
  costs: {},
};

export const anySeen: fc.Arbitrary<readonly DirtyWindow[]> = fc.array(
  fc.record({
    window: fc.double({ min: 1, max: 100_000, noNaN: true }).map(millis),
    dirty: fc.nat(200_000).map(pages),
  }),
  { maxLength: 12 },
);

const anyPages = fc.nat(200_000).map(pages);

export const anyLoad: fc.Arbitrary<Load> = fc
  .record({
    privatePages: anyPages,
    windows: anySeen,
    intensity: fc.array(fc.double({ min: 0, max: 3, noNaN: true }), { maxLength: 4 }),
    unreachable: fc.nat(2 ** 28),
  })
  .map(({ windows, unreachable, ...rest }) => ({
    ...rest,
    curve: curveOf(windows, rest.privatePages),
    memory: {
      resident: bytes(rest.privatePages * 4096 + unreachable),
      unreachable: [{ what: 'memfd', size: bytes(unreachable) }],
      tmpfs: [],
    },
  }));

const anyRoundPace = fc
  .record({ startup: fc.nat(5000), opening: fc.nat(2000), settling: fc.nat(2000) })
  .map(({ startup, opening, settling }) => ({
    gap: millis(startup + opening),
    startup: millis(startup),
    settling: millis(settling),
  }));

export const anyPace: fc.Arbitrary<Pace> = fc.record({
  rate: fc.double({ min: 100, max: 10_000_000, noNaN: true }),
  freezing: fc.nat(500).map(millis),
  usual: anyRoundPace,
  recorded: fc.array(anyRoundPace, { maxLength: 4 }),
  costs: fc.constant({}),
});
