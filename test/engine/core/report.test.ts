import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reportOf } from '../../../engine/core/report.ts';
import { anyEvents, migrated, plan, rolledBack } from './events.ts';

const PAGE = 4096;

describe('the report of a migration', () => {
  const report = reportOf(migrated);

  it('says what was asked and how it ended', () => {
    expect(report).toMatchObject({
      version: 1,
      migration: plan.migration,
      container: 'shop',
      from: 'blue',
      to: 'green',
      outcome: 'migrated',
      policy: plan.policy,
      findings: plan.findings,
    });
    expect(report).not.toHaveProperty('failure');
  });

  it('counts the pages of rounds and final dump, shared ones too', () => {
    expect(report.pageBytes).toBe((25_600 + 2000 + 48 + 900 + 48) * PAGE);
  });

  it('counts files and small images together', () => {
    expect(report.fileBytes).toBe(20 * 1024 ** 2 + 1024 + 300 * 1024 + 2048);
  });

  it('predicts what the last decision predicted, not an earlier one', () => {
    expect(report.predicted?.dump).toBe(220);
    expect(report.stop?.kind).toBe('downtime-met');
  });

  it('lasts from the first event to the last', () => {
    expect(report.total).toBe((migrated.length - 1) * 100);
  });

  it('survives being written down', () => {
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });
});

describe('the report of a failure', () => {
  it('names the first one: the others follow from it', () => {
    expect(reportOf(rolledBack)).toMatchObject({
      outcome: 'rolled-back',
      failure: { phase: 'frozen', message: 'criu on blue exited with 1' },
    });
  });
});

describe('the report of a migration cut short', () => {
  it('is in doubt unless the end was seen', () => {
    for (let length = 0; length < migrated.length; length += 1) {
      const done = migrated.slice(0, length).some((event) => event.kind === 'phase' && event.to === 'done');
      expect(reportOf(migrated.slice(0, length)).outcome).toBe(done ? 'migrated' : 'in-doubt');
    }
  });

  it('exists for any events whatever, and can be written down', () => {
    fc.assert(
      fc.property(anyEvents, (events) => {
        const report = reportOf(events);
        expect(JSON.parse(JSON.stringify(report))).toEqual(report);
        expect(report.total).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('never counts less when more has happened', () => {
    for (let length = 1; length <= migrated.length; length += 1) {
      const before = reportOf(migrated.slice(0, length - 1));
      const after = reportOf(migrated.slice(0, length));
      expect(after.pageBytes).toBeGreaterThanOrEqual(before.pageBytes);
      expect(after.fileBytes).toBeGreaterThanOrEqual(before.fileBytes);
      expect(after.rounds.length).toBeGreaterThanOrEqual(before.rounds.length);
    }
  });
});
