import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reportOf } from '../../../engine/core/report.ts';
import { InvalidInput } from '../../../engine/model/errors.ts';
import type { MigrationEvent } from '../../../engine/model/event.ts';
import { millis } from '../../../engine/model/units.ts';
import { statusOf } from '../../../engine/observe/status/status.ts';
import { statusTable } from '../../../engine/observe/status/table.ts';
import { statusText } from '../../../engine/observe/status/text.ts';
import { parseJournal } from '../../../transport/journal/parse.ts';
import { anyEvents, changed, migrated, plan, reasons, rolledBack } from '../../engine/core/events.ts';
import { round } from '../../engine/core/rounds.ts';
import { header, journalText } from './journals.ts';

const parse = (text: string): ReturnType<typeof parseJournal> => parseJournal('/j.jsonl', text);

const show = (text: string): void => {
  const journal = parse(text);
  if (journal === undefined) return;
  for (const controller of ['alive', 'gone', 'elsewhere'] as const) {
    const status = statusOf(journal, reportOf(journal.events), controller);
    expect(statusText(status, new Date())).toContain(header.migration);
    expect(statusTable([status], new Date())).toContain(header.migration);
  }
};

describe('a journal', () => {
  it.each([
    ['migrated', migrated],
    ['rolled back', rolledBack],
  ])('has the header and every event of a migration that was %s', (_, events) => {
    const journal = parse(journalText(events));
    expect(journal).toMatchObject({ header, torn: false });
    expect(reportOf(journal?.events ?? [])).toEqual(reportOf(events));
    expect(journal?.events.slice(1)).toEqual(events.slice(1));
  });

  it('has the changes of limits, and the cap of each round', () => {
    const [first, ...others] = migrated;
    const capped = round(2, { written: 5, cap: 12_500_000 });
    const events = [
      first,
      ...changed,
      { at: millis(6000), kind: 'round-finished', round: capped } as const,
      ...others,
    ].flatMap((event) => event ?? []);
    const journal = parse(journalText(events));
    expect(journal?.events.slice(1)).toEqual(events.slice(1));
    expect(reportOf(journal?.events ?? []).changes).toHaveLength(1);
  });

  it('has every reason for the rounds to stop', () => {
    const estimate = {
      freeze: 1,
      dump: 2,
      transfer: 3,
      fileSync: 4,
      verify: 0,
      restore: 5,
      resume: 6,
      total: 21,
    };
    for (const reason of reasons) {
      const event = { at: 1, kind: 'decided', decision: { kind: 'cut-over', reason, estimate } };
      const text = `${journalText([])}${JSON.stringify(event)}\n`;
      expect(parse(text)?.events).toEqual([event]);
    }
  });

  it("has Docker's name of a container", () => {
    const docker = { ...plan, container: { ...plan.container, docker: { name: 'web' } } };
    const text = `${journalText([])}${JSON.stringify({ at: 1, kind: 'planned', plan: docker })}\n`;
    expect(reportOf(parse(text)?.events ?? []).container).toBe('web');
  });

  it('may have a last line that was cut short, which is left out', () => {
    const whole = journalText(migrated.slice(0, 3));
    const journal = parse(`${whole}{"at":5300,"kind":"ph`);
    expect(journal).toMatchObject({ torn: true });
    expect(journal?.events).toEqual(parse(whole)?.events);
  });

  it.each([
    ['what is no JSON', '{"at":5300,"kind":"ph'],
    ['an empty line', ''],
    ['an event of an unknown kind', '{"at":1,"kind":"teleported"}'],
    ['an event without its time', '{"kind":"round-started","index":1}'],
    ['an event with a field of another kind', '{"at":1,"kind":"round-started","index":"one"}'],
    ['zeros', '\0\0\0\0'],
  ])('with %s in another line is damaged, and the error has file and line', (_, line) => {
    const lines = journalText(migrated.slice(0, 3)).split('\n');
    const text = lines.toSpliced(2, 0, line).join('\n');
    expect(() => parse(text)).toThrow(InvalidInput);
    expect(() => parse(text)).toThrow(/^\/j\.jsonl, line 3 is not a line of a journal/);
  });

  it('of a later version is refused', () => {
    expect(() => parse(journalText([]).replace('"version":1', '"version":2'))).toThrow(/line 1 .*version/);
  });

  it('without a complete first line is undefined', () => {
    expect(parse('')).toBeUndefined();
    expect(parse('{"version":1,"migr')).toBeUndefined();
  });

  it('can be read and shown wherever its controller was cut short', () => {
    const cut = (events: readonly MigrationEvent[]): fc.Arbitrary<string> => {
      const text = Buffer.from(journalText(events));
      return fc.integer({ min: 0, max: text.length }).map((length) => text.toString('utf8', 0, length));
    };
    fc.assert(fc.property(fc.oneof(cut(migrated), cut(rolledBack), anyEvents.chain(cut)), show), {
      numRuns: 200,
    });
  });

  it('may have any text in its events', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.array(fc.string({ unit: 'binary' })),
        (message, detail) => {
          const event: MigrationEvent = { at: millis(1), kind: 'failed', phase: 'frozen', message, detail };
          const read = parse(Buffer.from(journalText([event])).toString('utf8'))?.events;
          expect(JSON.stringify(read)).toBe(JSON.stringify([event]));
        },
      ),
    );
  });
});
