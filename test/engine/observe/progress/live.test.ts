import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MigrationEvent } from '../../../../engine/model/event.ts';
import { millis } from '../../../../engine/model/units.ts';
import { renderLive } from '../../../../engine/observe/progress/live.ts';
import { initialLiveState, liveState } from '../../../../engine/observe/progress/live-state.ts';
import { anyEvents, changed, migrated, rolledBack } from '../../core/events.ts';

const shown = (events: readonly MigrationEvent[], columns = 80): readonly string[] =>
  renderLive(events.reduce(liveState, initialLiveState), columns);

const upTo = (kind: MigrationEvent['kind']): readonly MigrationEvent[] =>
  migrated.slice(0, migrated.findIndex((event) => event.kind === kind) + 1);

describe('the live view', () => {
  it('shows a round under way against resident memory', () => {
    expect(shown(upTo('round-progress'))).toMatchInlineSnapshot(`
      [
        "shop: blue → green  pre-copy  600 ms",
        "round 0  3,072 pages  12.0 MiB of about 100.0 MiB  120.0 MiB/s",
      ]
    `);
  });

  it('shows the last round, what it predicts and the budget', () => {
    expect(shown(upTo('decided'))).toMatchInlineSnapshot(`
      [
        "shop: blue → green  pre-copy  800 ms",
        "round 0  25,600 pages  100.0 MiB  111.1 MiB/s",
        "predicted downtime  1.73 s  budget 1.00 s",
      ]
    `);
  });

  it('shows how long the container stands still', () => {
    expect(shown(upTo('images-shipped'))).toMatchInlineSnapshot(`
      [
        "shop: blue → green  frozen  1.50 s  standing still 100 ms",
        "round 1  2,048 pages  8.0 MiB  100.0 MiB/s  dirtied 2,000 pages/s",
        "final dump  1 page  4 KiB  0.0 MiB/s",
        "predicted downtime  580 ms  budget 1.00 s",
        "cut over: the predicted downtime of 580 ms is within the budget of 1.00 s",
      ]
    `);
  });

  it('shows the end', () => {
    expect(shown(migrated)).toMatchInlineSnapshot(`
      [
        "shop: blue → green  done  2.50 s",
        "round 1  2,048 pages  8.0 MiB  100.0 MiB/s  dirtied 2,000 pages/s",
        "downtime  654 ms  predicted 580 ms  budget 1.00 s",
        "warning: could not clean up the source: no such file",
        "migrated: shop runs on green",
      ]
    `);
    expect(shown(rolledBack)).toMatchInlineSnapshot(`
      [
        "shop: blue → green  rolled-back  1.90 s",
        "round 1  2,048 pages  8.0 MiB  100.0 MiB/s  dirtied 2,000 pages/s",
        "predicted downtime  580 ms  budget 1.00 s",
        "cut over: the predicted downtime of 580 ms is within the budget of 1.00 s",
        "failed: criu on blue exited with 1",
        "rolled back: shop runs on blue as before",
      ]
    `);
  });

  it('shows what was changed, the budget as it is now, and what was refused', () => {
    expect(shown([...upTo('decided'), ...changed]).slice(2)).toEqual([
      'predicted downtime  1.73 s  budget 300 ms',
      'limits changed: max-bandwidth none → 10.0 MiB/s, max-downtime 1.00 s → 300 ms',
      'warning: limits not changed: perl on blue was not found',
    ]);
  });

  it('keeps a message on one line, and away from the terminal', () => {
    const warning: MigrationEvent = { at: millis(1), kind: 'warning', message: 'a\n\u001b[2Jb' };
    expect(shown([warning])).toContain('warning: a [2Jb');
  });

  it('is never wider than the terminal, whatever happens', () => {
    fc.assert(
      fc.property(anyEvents, fc.integer({ min: 1, max: 200 }), (events, columns) => {
        for (const line of shown(events, columns)) {
          expect(line.length).toBeLessThanOrEqual(columns);
        }
      }),
    );
  });
});
