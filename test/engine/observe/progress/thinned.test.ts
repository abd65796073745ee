import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MigrationEvent } from '../../../../engine/model/event.ts';
import { bytes, millis } from '../../../../engine/model/units.ts';
import { thinned } from '../../../../engine/observe/progress/thinned.ts';
import { anyEvents } from '../../core/events.ts';

const passed = (events: readonly MigrationEvent[]): readonly MigrationEvent[] => {
  const out: MigrationEvent[] = [];
  const sink = thinned((event) => out.push(event));
  events.forEach(sink);
  return out;
};

const progress = (at: number): MigrationEvent => ({
  at: millis(at),
  kind: 'round-progress',
  index: 0,
  received: bytes(at),
});

describe('progress of transfers', () => {
  it('is passed on at most once a second', () => {
    const every100 = Array.from({ length: 50 }, (_, index) => progress(index * 100));
    expect(passed(every100).map(({ at }) => at)).toEqual([0, 1000, 2000, 3000, 4000]);
  });

  it('is all that is ever left out', () => {
    fc.assert(
      fc.property(anyEvents, (events) => {
        const others = (all: readonly MigrationEvent[]): readonly MigrationEvent[] =>
          all.filter(({ kind }) => kind !== 'round-progress');
        expect(others(passed(events))).toEqual(others(events));
      }),
    );
  });
});
