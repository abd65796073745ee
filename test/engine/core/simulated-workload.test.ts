import { describe, expect, it } from 'vitest';
import { dirtyAtCutOver } from '../../../engine/core/prediction/downtime.ts';
import { decide } from '../../../engine/core/rounds/decide.ts';
import { measureRound } from '../../../engine/core/rounds/round.ts';
import type { Decision } from '../../../engine/model/decision.ts';
import type { Policy } from '../../../engine/model/policy.ts';
import type { Round } from '../../../engine/model/round.ts';
import { bytes, type Millis, millis, pages } from '../../../engine/model/units.ts';
import { dirtyStats, free, policy } from './rounds.ts';

/** A container that writes at random over a working set, and a wire. Times in milliseconds. */
interface Workload {
  readonly resident: number;
  readonly workingSet: number;
  /** Pages written per millisecond, the same page perhaps more than once. */
  readonly writes: number;
  /** Pages per millisecond. */
  readonly wire: number;
  /** Between the end of a round and the next freeze. */
  readonly startUp: number;
}

/** Pages that are dirty after a while: random writes hit the same page again and again. */
const dirtyAfter = ({ workingSet, writes }: Workload, window: number): number =>
  Math.round(workingSet * (1 - Math.exp((-writes * window) / workingSet)));

interface Run {
  readonly rounds: readonly Round[];
  readonly decision: Decision;
  /** What the final dump really finds. */
  readonly dirty: number;
}

const migrate = (workload: Workload, changed: Partial<Policy> = {}): Run => {
  const costs = { ...free, resident: bytes(workload.resident * 4096) };
  const rounds: Round[] = [];
  let now = 0;
  let previousFreezeAt: Millis | undefined;
  for (;;) {
    const startedAt = millis(now);
    const window = now + workload.startUp - (previousFreezeAt ?? 0);
    const written = previousFreezeAt === undefined ? workload.resident : dirtyAfter(workload, window);
    const transfer = written / workload.wire + 20;
    const endedAt = millis(now + workload.startUp + transfer);
    const dirty = { ...dirtyStats({ written }), frozen: millis(20), memoryWrite: millis(transfer - 20) };
    const { round, freezeAt } = measureRound({
      index: rounds.length,
      dirty,
      sent: bytes(written * 4096),
      startedAt,
      endedAt,
      ...(previousFreezeAt === undefined ? {} : { previousFreezeAt }),
    });
    rounds.push(round);
    previousFreezeAt = freezeAt;
    now = endedAt;
    const decision = decide({ ...policy, ...changed }, costs, rounds, millis(now), false);
    if (decision.kind !== 'another-round') {
      const dirtyNow = dirtyAfter(workload, now + workload.startUp - freezeAt);
      return { rounds, decision, dirty: dirtyNow };
    }
  }
};

const predicted = ({ rounds }: Run, { resident }: Workload): number =>
  dirtyAtCutOver({ ...free, resident: bytes(resident * 4096) }, rounds);

describe('a workload that', () => {
  const quiet: Workload = { resident: 200_000, workingSet: 150_000, writes: 1, wire: 25, startUp: 300 };

  it('writes little is followed until there is nothing more to gain', () => {
    const run = migrate(quiet);
    expect(run.decision).toMatchObject({ kind: 'cut-over', reason: { kind: 'stalled' } });
    expect(run.rounds.at(-1)?.dirty.pagesWritten).toBeLessThan(400);
    expect(predicted(run, quiet) / run.dirty).toBeCloseTo(1, 1);
  });

  it('is idle is cut over after one round that finds nothing', () => {
    const run = migrate({ ...quiet, writes: 0 });
    expect(run.decision).toMatchObject({ reason: { kind: 'few-dirty-pages', dirty: 0 } });
    expect(run.rounds).toHaveLength(2);
  });

  it('writes faster than the wire is not followed for long, and its working set is what is predicted', () => {
    const busy: Workload = { ...quiet, workingSet: 50_000, writes: 500 };
    const run = migrate(busy);
    expect(run.decision).toMatchObject({ kind: 'cut-over', reason: { kind: 'stalled' } });
    expect(run.rounds.length).toBeLessThanOrEqual(6);
    expect(predicted(run, busy) / run.dirty).toBeCloseTo(1, 1);
  });

  it('fits its budget is cut over as soon as it does', () => {
    const run = migrate(quiet, { maxDowntime: millis(100) });
    expect(run.decision).toMatchObject({ kind: 'cut-over', reason: { kind: 'downtime-met' } });
    expect(run.dirty / quiet.wire).toBeLessThan(110);
    expect(run.rounds.length).toBeLessThan(migrate(quiet).rounds.length);
  });

  it('never fits its budget is left alone where the budget is a promise', () => {
    const busy: Workload = { ...quiet, workingSet: 50_000, writes: 500 };
    const strict = { maxDowntime: millis(100), deadline: millis(60_000), onDeadline: 'give-up' } as const;
    expect(migrate(busy, strict).decision).toMatchObject({ kind: 'give-up', reason: { kind: 'deadline' } });
  });

  it('has a hot set smaller than the threshold is cut over at once', () => {
    const run = migrate({ ...quiet, workingSet: 50, writes: 1 }, { minDirtyPages: pages(64) });
    expect(run.decision).toMatchObject({ reason: { kind: 'few-dirty-pages' } });
    expect(run.rounds).toHaveLength(2);
  });
});
