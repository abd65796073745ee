import { describe, expect, it } from 'vitest';
import { reportOf } from '../../../../engine/core/report.ts';
import type { MigrationEvent } from '../../../../engine/model/event.ts';
import type { ControllerState } from '../../../../engine/model/journal.ts';
import type { Phase } from '../../../../engine/model/phase.ts';
import { type MigrationStatus, statusOf } from '../../../../engine/observe/status/status.ts';
import { statusTable } from '../../../../engine/observe/status/table.ts';
import { statusText } from '../../../../engine/observe/status/text.ts';
import { header } from '../../../transport/journal/journals.ts';
import { migrated, rolledBack } from '../../core/events.ts';

const now = new Date('2026-01-02T03:09:05.000Z');

const status = (
  events: readonly MigrationEvent[],
  controller: ControllerState,
  container = 'shop',
): MigrationStatus =>
  statusOf(
    { header: { ...header, container, containerId: container }, events, torn: false },
    reportOf(events),
    controller,
  );

const until = (phase: Phase): readonly MigrationEvent[] =>
  migrated.slice(0, migrated.findIndex((event) => event.kind === 'phase' && event.to === phase) + 1);

const inRound1 = migrated.slice(0, 12);

describe('the state of a migration', () => {
  it.each([
    ['over', migrated, 'gone'],
    ['over', migrated, 'alive'],
    ['over', rolledBack, 'elsewhere'],
    ['under-way', inRound1, 'alive'],
    ['cut-short', inRound1, 'gone'],
    ['elsewhere', inRound1, 'elsewhere'],
    ['cut-short', [], 'gone'],
  ] as const)('is %s', (standing, events, controller) => {
    expect(status(events, controller).standing).toBe(standing);
  });
});

describe('the table of migrations', () => {
  it('has a line for each', () => {
    const statuses = [
      status(inRound1, 'alive'),
      status(inRound1, 'gone', 'till'),
      status(migrated, 'gone', 'shop\u001b[2J'),
      status(rolledBack, 'gone'),
      status(until('restoring'), 'elsewhere'),
    ];
    expect(statusTable(statuses, now)).toMatchInlineSnapshot(`
      "migration                container  from → to     state                   rounds    started
      20260102T030405Z-a1b2c3  shop       blue → green  pre-copy                     2  5 min ago
      20260102T030405Z-a1b2c3  till       blue → green  cut short: pre-copy          2  5 min ago
      20260102T030405Z-a1b2c3  shop [2J   blue → green  migrated                     2  5 min ago
      20260102T030405Z-a1b2c3  shop       blue → green  rolled-back                  2  5 min ago
      20260102T030405Z-a1b2c3  shop       blue → green  restoring, ask control       2  5 min ago"
    `);
  });
});

describe('one migration', () => {
  it('is told while it is under way', () => {
    const received = migrated.filter((event) => event.kind === 'round-progress').slice(0, 1);
    expect(statusText(status([...migrated.slice(0, 6), ...received], 'alive'), now)).toMatchInlineSnapshot(`
      "shop: blue → green (migration 20260102T030405Z-a1b2c3)
      state     pre-copy
      by        process 4711 on control, running
      started   2026-01-02T03:04:05Z, 5 min ago
      lasted    5 min 00 s; 0 KiB of pages sent

      round 0 under way, 12.0 MiB received"
    `);
  });

  it('is told when it is over', () => {
    expect(statusText(status(migrated, 'gone'), now)).toMatchInlineSnapshot(`
      "shop: blue → green (migration 20260102T030405Z-a1b2c3)
      state     migrated
      by        process 4711 on control
      started   2026-01-02T03:04:05Z, 5 min ago
      lasted    2.50 s; 111.7 MiB of pages sent
      outcome   migrated: shop runs on green
      warning   could not clean up the source: no such file

      round   pages  shared       sent  window  transfer  MiB/s  dirty/s  frozen
      0      25,600       0  100.0 MiB       -    900 ms  111.1        -   10 ms
      1       2,000      48    8.0 MiB  1.00 s     80 ms  100.0    2,000   10 ms

      decision  cut over after 2 rounds: the predicted downtime of 580 ms is within
                the budget of 1.00 s

      downtime   predicted  measured   error
      freeze        100 ms    104 ms   +4 ms
      dump          220 ms    310 ms  +90 ms
      transfer       50 ms     50 ms    0 ms
      file sync       0 ms      0 ms    0 ms
      verify          0 ms      0 ms    0 ms
      restore       180 ms    160 ms  -20 ms
      resume         30 ms     30 ms    0 ms
      total         580 ms    654 ms  +74 ms"
    `);
  });

  it('is told with what failed', () => {
    expect(statusText(status(rolledBack, 'gone'), now)).toContain('failure   in phase frozen: criu on blue');
  });

  it('that was cut short says where to look', () => {
    expect(statusText(status(until('restoring'), 'gone'), now)).toMatchInlineSnapshot(`
      "shop: blue → green (migration 20260102T030405Z-a1b2c3)
      state     cut short: restoring
      by        process 4711 on control, gone
      started   2026-01-02T03:04:05Z, 5 min ago
      lasted    1.80 s; 108.0 MiB of pages sent

      round   pages  shared       sent  window  transfer  MiB/s  dirty/s  frozen
      0      25,600       0  100.0 MiB       -    900 ms  111.1        -   10 ms
      1       2,000      48    8.0 MiB  1.00 s     80 ms  100.0    2,000   10 ms

      final dump was under way, 4 KiB received

      decision  cut over after 2 rounds: the predicted downtime of 580 ms is within
                the budget of 1.00 s

      downtime   predicted
      freeze        100 ms
      dump          220 ms
      transfer       50 ms
      file sync       0 ms
      verify          0 ms
      restore       180 ms
      resume         30 ms
      total         580 ms

      Cut short in phase restoring: either shop goes on by itself on blue, or it is
      gone there and green holds it, stopped, with all its memory.
      It may have got further if its journal could not be written to the end.
      To bring it to an end: precopy recover 20260102T030405Z-a1b2c3. It looks at both
      hosts and finishes or undoes what is left there."
    `);
  });

  it.each([
    ['preflight', /runs on blue/],
    ['frozen', /unless the source was told to end, shop goes on by itself on blue/],
    ['restoring', /either shop goes on by itself on blue, or it is gone/],
    ['committed', /shop is gone on blue/],
    ['done', /shop runs on green/],
  ] as const)('that was cut short in phase %s says what is known', (phase, expected) => {
    expect(statusText(status(until(phase), 'gone'), now).replaceAll('\n', ' ')).toMatch(expected);
  });

  it('that was cut short after the decision to cut over may be past it', () => {
    const decided = migrated.slice(0, migrated.findIndex(({ kind }) => kind === 'decided') + 1);
    const last = migrated.findLastIndex(({ kind }) => kind === 'decided');
    const told = (events: readonly MigrationEvent[]): string =>
      statusText(status(events, 'gone'), now).replaceAll('\n', ' ');
    expect(told(decided)).not.toMatch(/unless the source was told to end/);
    expect(told(migrated.slice(0, last + 1))).toMatch(/unless the source was told to end/);
  });

  it('fits in 80 columns', () => {
    for (const events of [migrated, rolledBack, inRound1, until('restoring')]) {
      for (const line of statusText(status(events, 'gone'), now).split('\n'))
        expect(line.length).toBeLessThanOrEqual(80);
    }
  });
});
