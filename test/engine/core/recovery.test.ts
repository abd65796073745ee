import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { afterWaiting, recoveryOf } from '../../../engine/core/recovery.ts';
import type { Phase } from '../../../engine/model/phase.ts';
import {
  type DestinationStanding,
  destinationStandings,
  type RecoveryFacts,
  type SourceStanding,
  sourceStandings,
} from '../../../engine/model/recovery.ts';

const phases: readonly Phase[] = [
  'planned',
  'preflight',
  'pre-copy',
  'frozen',
  'restoring',
  'committed',
  'done',
  'rolling-back',
  'rolled-back',
];

const short = {
  finish: 'F',
  resume: 'R',
  'restore-again': 'A',
  'roll-back': 'B',
  lost: 'L',
  wait: 'w',
  'in-doubt': '?',
  leave: 'l',
} as const;

describe('what to do about what is found', () => {
  it('is in one table, for a migration that was cut short while restoring', () => {
    const rows = sourceStandings.map((source) =>
      [
        source.padEnd(11),
        ...destinationStandings.map(
          (destination) => short[recoveryOf({ source, destination, phase: 'restoring' })],
        ),
      ].join(' '),
    );
    expect(rows.join('\n')).toMatchInlineSnapshot(`
      "runs        B B B B w B ? ? ? ? ? ? B
      anew        L L ? L w ? ? ? ? ? ? ? ?
      frozen      w w w w w w w w w w w ? w
      dead        L L A ? w R F ? F ? ? ? ?
      ended       L L L L w ? F ? F ? ? ? ?
      gone        L L ? L w ? F ? F ? ? ? ?
      rebooted    L L ? L w ? F ? F ? ? ? ?
      taken       ? ? ? ? ? ? ? ? ? ? ? ? ?
      unreachable ? ? ? ? ? ? F ? F ? ? ? ?"
    `);
  });

  it.each(['rebooted', 'gone'] as const)(
    'resumes a copy of a source that is %s only where the journal saw the source dead',
    (source) => {
      for (const phase of phases) {
        const decision = recoveryOf({ source, destination: 'held', phase });
        expect([phase, decision]).toEqual([
          phase,
          phase === 'committed' || phase === 'done' ? 'resume' : 'in-doubt',
        ]);
      }
    },
  );

  it.each<[Partial<RecoveryFacts>, string]>([
    [{}, 'in-doubt'],
    [{ phase: 'committed' }, 'in-doubt'],
    [{ destination: 'foreign', phase: 'committed', moved: true }, 'in-doubt'],
    [{ moved: true }, 'finish'],
    [{ outcome: 'migrated' }, 'finish'],
    [{ outcome: 'rolled-back' }, 'leave'],
  ])('takes a container of that name for the copy only by the journal (%j)', (known, decision) => {
    const found = { source: 'dead', destination: 'other', phase: 'restoring' } as const;
    expect(recoveryOf({ ...found, ...known })).toBe(decision);
  });

  it.each([
    ['source', 'unreachable', 'held', 'roll-back'],
    ['destination', 'unreachable', 'held', 'resume'],
    ['source', 'dead', 'images', 'restore-again'],
    ['source', 'rebooted', 'images', 'lost'],
    ['destination', 'dead', 'images', 'restore-again'],
    ['destination', 'dead', 'cut-off', 'restore-again'],
    ['destination', 'rebooted', 'images', 'restore-again'],
    ['source', 'dead', 'cut-off', 'lost'],
    ['destination', 'runs', 'cut-off', 'in-doubt'],
    ['destination', 'anew', 'images', 'in-doubt'],
    ['source', 'runs', 'running', 'roll-back'],
    ['destination', 'runs', 'running', 'in-doubt'],
    ['destination', 'ended', 'held', 'resume'],
    ['source', 'ended', 'held', 'lost'],
    ['source', 'dead', 'held', 'resume'],
    ['source', 'taken', 'held', 'in-doubt'],
    ['source', 'anew', 'running', 'lost'],
    ['source', 'dead', 'unreachable', 'in-doubt'],
  ] as const)(
    'heeds, in doubt only, a person who keeps the %s: %s and %s',
    (keep, source, destination, expected) => {
      expect(recoveryOf({ source, destination, phase: 'restoring' }, keep)).toBe(expected);
    },
  );

  it('does not wait for ever', () => {
    const restoring = { destination: 'restoring', phase: 'restoring' } as const;
    expect(afterWaiting({ ...restoring, source: 'runs' })).toBe('roll-back');
    expect(afterWaiting({ ...restoring, source: 'dead' })).toBe('in-doubt');
    expect(afterWaiting({ ...restoring, source: 'frozen' })).toBe('in-doubt');
  });
});

describe('whatever is found', () => {
  const facts: fc.Arbitrary<RecoveryFacts> = fc.record({
    source: fc.constantFrom(...sourceStandings),
    destination: fc.constantFrom(...destinationStandings),
    phase: fc.constantFrom(...phases),
  });
  const gone: readonly SourceStanding[] = ['dead', 'ended', 'gone', 'rebooted'];
  const copies: readonly DestinationStanding[] = ['restoring', 'held', 'running'];

  it('nothing is resumed unless the source is certainly gone', () => {
    fc.assert(
      fc.property(facts, (each) => {
        const own = recoveryOf(each);
        if (own === 'resume' || own === 'restore-again') expect(gone).toContain(each.source);
        const kept = recoveryOf(each, 'destination');
        if (kept === 'resume' || kept === 'restore-again')
          expect([...gone, 'unreachable']).toContain(each.source);
      }),
    );
  });

  it('no copy is discarded unless the source certainly runs, or a person says so', () => {
    fc.assert(
      fc.property(facts, (each) => {
        const decision = recoveryOf(each);
        if (decision === 'roll-back') expect(each.source).toBe('runs');
        if (decision === 'lost') expect(copies).not.toContain(each.destination);
        if (recoveryOf(each, 'destination') !== decision)
          expect(recoveryOf(each, 'destination')).not.toBe('lost');
      }),
    );
  });

  it('a migration that had its outcome is only cleaned up after, as that outcome has it', () => {
    const outcomes = ['migrated', 'rolled-back', 'gave-up', 'ended'] as const;
    fc.assert(
      fc.property(facts, fc.constantFrom(...outcomes), (each, outcome) => {
        const decision = recoveryOf({ ...each, outcome });
        expect(decision).not.toMatch(/^(resume|restore-again)$/);
        if (decision === 'finish') expect(outcome).toBe('migrated');
        if (decision === 'roll-back') expect(outcome).toMatch(/^(rolled-back|gave-up)$/);
        if (decision === 'lost') expect(outcome).toBe('ended');
        if (decision === 'leave') expect([each.source, each.destination]).not.toContain('unreachable');
        expect(recoveryOf({ ...each, outcome }, 'destination')).toBe(decision);
      }),
    );
  });

  it('a person who keeps the source cannot undo what is certain to have moved', () => {
    fc.assert(
      fc.property(facts, (each) => {
        if (['finish', 'resume', 'restore-again', 'wait'].includes(recoveryOf(each)))
          expect(recoveryOf(each, 'source')).toBe(recoveryOf(each));
      }),
    );
  });

  it('nothing is done to what another migration has', () => {
    fc.assert(
      fc.property(facts, fc.constantFrom('source', 'destination', undefined), (each, keep) => {
        if (each.source === 'taken' || each.destination === 'taken')
          expect(recoveryOf(each, keep)).toBe('in-doubt');
      }),
    );
  });
});
