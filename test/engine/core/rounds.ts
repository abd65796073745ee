import fc from 'fast-check';
import type { DirtyStats } from '../../../engine/model/dirty-stats.ts';
import type { CostModel, Policy } from '../../../engine/model/policy.ts';
import type { Round } from '../../../engine/model/round.ts';
import { type Bytes, bytes, millis, pages } from '../../../engine/model/units.ts';

/** Rounds, costs and policies for the tests of the core. */

export interface RoundFigures {
  readonly written?: number;
  readonly shared?: number;
  readonly window?: number;
  readonly transfer?: number;
  readonly overhead?: number;
  readonly freezing?: number;
  /** Bytes a second. */
  readonly cap?: number | undefined;
}

export const dirtyStats = ({ written = 0, shared = 0, freezing = 0 }: RoundFigures): DirtyStats => ({
  pagesWritten: pages(written),
  pagesSkippedParent: pages(0),
  sharedPagesWritten: pages(shared),
  freezing: millis(freezing),
  frozen: millis(10),
  memoryDump: millis(5),
  memoryWrite: millis(5),
});

export const round = (index: number, figures: RoundFigures): Round => {
  const { written = 0, shared = 0, window = index === 0 ? 0 : 1000, transfer = 100, overhead = 0 } = figures;
  return {
    index,
    dirty: dirtyStats(figures),
    sent: bytes((written + shared) * 4096),
    window: millis(window),
    transfer: millis(transfer),
    duration: millis(transfer + overhead),
    ...(figures.cap === undefined ? {} : { cap: bytes(figures.cap) }),
  };
};

/** Rounds that each sent so many private pages, a second apart. */
export const roundsOf = (...written: readonly number[]): readonly Round[] =>
  written.map((count, index) => round(index, { written: count }));

export const policy: Policy = {
  maxRounds: 100,
  minDirtyPages: pages(64),
  maxGrowth: 0.1,
  onDeadline: 'cut-over',
};

/** Nothing costs anything, so that only what a test sets shows. */
export const free: CostModel = {
  fixedFreeze: millis(0),
  fixedDump: millis(0),
  fixedTransfer: millis(0),
  fixedRestore: millis(0),
  fileSync: millis(0),
  verify: millis(0),
  resume: millis(0),
  roundOverhead: millis(0),
  roundsTell: 1,
  restorePerByte: 0,
  resident: bytes(1024 ** 3),
  copyable: bytes(1024 ** 3),
  unreachable: bytes(0),
};

const figures = fc.record({
  written: fc.nat(5_000_000),
  shared: fc.oneof(fc.constant(0), fc.nat(500_000)),
  window: fc.double({ min: 0, max: 600_000, noNaN: true }),
  transfer: fc.double({ min: 0, max: 600_000, noNaN: true }),
  overhead: fc.double({ min: 0, max: 60_000, noNaN: true }),
  freezing: fc.double({ min: 0, max: 10_000, noNaN: true }),
  cap: fc.option(fc.integer({ min: 500_000, max: 10 ** 9 }), { nil: undefined }),
});

export const anyRounds: fc.Arbitrary<readonly Round[]> = fc
  .array(figures, { minLength: 1, maxLength: 20 })
  .map((all) => all.map((each, index) => round(index, index === 0 ? { ...each, window: 0 } : each)));

const anyMillis = fc.nat(10_000).map(millis);

export const anyCosts: fc.Arbitrary<CostModel> = fc.record({
  fixedFreeze: anyMillis,
  fixedDump: anyMillis,
  fixedTransfer: anyMillis,
  fixedRestore: anyMillis,
  fileSync: anyMillis,
  verify: anyMillis,
  resume: anyMillis,
  roundOverhead: anyMillis,
  roundsTell: fc.double({ min: 0, max: 1, noNaN: true }),
  restorePerByte: fc.double({ min: 0, max: 1e-4, noNaN: true }),
  resident: fc.nat(2 ** 31 - 1).map(bytes),
  copyable: fc.nat(2 ** 31 - 1).map(bytes),
  unreachable: fc.nat(2 ** 31 - 1).map(bytes),
});

export const anyCap: fc.Arbitrary<Bytes> = fc.integer({ min: 500_000, max: 10 ** 9 }).map(bytes);

export const anyPolicy: fc.Arbitrary<Policy> = fc
  .record({
    maxRounds: fc.integer({ min: 1, max: 30 }),
    minDirtyPages: fc.nat(100_000).map(pages),
    maxGrowth: fc.double({ min: 0, max: 2, noNaN: true }),
    maxDowntime: fc.option(anyMillis, { nil: undefined }),
    deadline: fc.option(fc.nat(1_000_000).map(millis), { nil: undefined }),
    onDeadline: fc.constantFrom('cut-over' as const, 'give-up' as const),
    maxBandwidth: fc.option(anyCap, { nil: undefined }),
    maxBandwidthFrozen: fc.option(anyCap, { nil: undefined }),
  })
  .map(({ maxDowntime, deadline, maxBandwidth, maxBandwidthFrozen, ...rest }) => ({
    ...rest,
    ...(maxDowntime === undefined ? {} : { maxDowntime }),
    ...(deadline === undefined ? {} : { deadline }),
    ...(maxBandwidth === undefined ? {} : { maxBandwidth }),
    ...(maxBandwidthFrozen === undefined ? {} : { maxBandwidthFrozen }),
  }));
