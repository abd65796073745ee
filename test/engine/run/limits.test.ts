import { describe, expect, it } from 'vitest';
import { defaultPolicy } from '../../../engine/core/rounds/default-policy.ts';
import type { MigrationEvent } from '../../../engine/model/event.ts';
import type { ChangeRequest, Policy } from '../../../engine/model/policy.ts';
import type { Report } from '../../../engine/model/report.ts';
import { bytes } from '../../../engine/model/units.ts';
import { type TwoHosts, twoHosts } from '../../fakes/two-hosts.ts';

import { expectSourceUntouched, run } from './run-migration.ts';

describe('a cap on the link', () => {
  const cap = { maxBandwidth: bytes(2_000_000) };
  const limits = ({ calls }: TwoHosts): readonly string[] =>
    calls.filter((call) => call.startsWith('link.limit'));

  it('holds from the opening of the link, and not while the container stands still', async () => {
    const world = twoHosts();
    const { report } = await run(world, { policy: cap });
    expect(limits(world)).toEqual(['link.limit 2000000', 'link.limit none']);
    const at = (name: string): number => world.calls.indexOf(name);
    expect(at('link.limit 2000000')).toBeLessThan(at('destination.create'));
    // Nothing is put on the link to measure it either.
    expect(world.calls).not.toContain('link.measure');
    expect(at('link.limit none')).toBeLessThan(at('source.finalDump'));
    expect(report.rounds.map((each) => each.cap)).toEqual(report.rounds.map(() => 2_000_000));
  });

  it('is another one while it stands still, where that is asked for', async () => {
    const world = twoHosts();
    await run(world, { policy: { maxBandwidthFrozen: bytes(3_000_000) } });
    expect(limits(world)).toEqual(['link.limit none', 'link.limit 3000000']);
  });

  it('costs nothing where there is none', async () => {
    const world = twoHosts();
    await run(world);
    expect(limits(world)).toEqual([]);
  });

  it.each([['link.limit 2000000'], ['link.limit none']])(
    'that cannot be set leads back: %s',
    async (failing) => {
      const world = twoHosts({
        at: (call) => {
          if (call === failing) throw new Error('no perl');
        },
      });
      const { report } = await run(world, { policy: cap });
      expect(report).toMatchObject({ outcome: 'rolled-back', failure: { message: 'no perl' } });
      expectSourceUntouched(world);
    },
  );
});

describe('a change of limits', () => {
  /** Asks for it at this call. */
  const changedAt = async (
    when: string,
    change: ChangeRequest['change'],
    refused?: RegExp,
    policy: Partial<Policy> = {},
  ): Promise<{ world: TwoHosts; report: Report; events: readonly MigrationEvent[] }> => {
    let ask = (_: ChangeRequest): void => {};
    let asked = false;
    const world = twoHosts({
      at: async (call) => {
        if (refused?.test(call)) throw new Error('no perl');
        if (call !== when || asked) return;
        asked = true;
        ask({ request: 'r1', change });
        // Long enough for it to be carried out, and no time passes.
        for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
      },
    });
    const subscribed = { now: false };
    const changes = (listener: (request: ChangeRequest) => void): (() => void) => {
      ask = listener;
      subscribed.now = true;
      return () => {
        subscribed.now = false;
      };
    };
    const ran = await run(world, { changes, policy });
    expect(subscribed.now).toBe(false);
    return { world, ...ran };
  };
  const answers = (events: readonly MigrationEvent[]): readonly MigrationEvent[] =>
    events.filter(({ kind }) => kind === 'policy-changed' || kind === 'change-refused');

  it('holds at once in the round under way, is told, and its cap ends with the rounds', async () => {
    const { world, report, events } = await changedAt('source.preDump', { maxBandwidth: bytes(1_000_000) });
    expect(answers(events)).toMatchObject([
      { kind: 'policy-changed', request: 'r1', to: { maxBandwidth: 1_000_000 } },
    ]);
    expect(world.calls.filter((call) => call.startsWith('link.limit'))).toEqual([
      'link.limit 1000000',
      'link.limit none',
    ]);
    expect(report.rounds[0]?.cap).toBe(1_000_000);
    expect(report.policy.maxBandwidth).toBe(1_000_000);
  });

  it('counts at the next decision', async () => {
    const { report } = await changedAt('source.preDump', { maxRounds: 1 });
    expect(report).toMatchObject({ outcome: 'migrated', stop: { kind: 'round-limit', rounds: 1, limit: 1 } });
  });

  it('of a migration without rounds does not make any', async () => {
    const asked = { maxRounds: 4 } as const;
    const { report, events } = await changedAt('destination.create', asked, undefined, { maxRounds: 0 });
    expect(answers(events)).toMatchObject([
      { kind: 'change-refused', why: expect.stringMatching(/--max-rounds 0/) },
    ]);
    expect(report).toMatchObject({ outcome: 'migrated', rounds: [] });
  });

  it('before the link is open holds from its opening', async () => {
    const { world } = await changedAt('source.prepare', { maxBandwidth: bytes(1_000_000) });
    const at = (name: string): number => world.calls.indexOf(name);
    expect(at('link.limit 1000000')).toBeLessThan(at('destination.create'));
    expect(world.calls).not.toContain('link.measure');
  });

  it.each([['source.finalDump'], ['dump.held'], ['restore.resume']])(
    'comes too late once the rounds are over: %s',
    async (when) => {
      const { world, report, events } = await changedAt(when, { maxBandwidth: bytes(1_000_000) });
      expect(answers(events)).toMatchObject([
        { kind: 'change-refused', why: expect.stringMatching(/past its rounds/) },
      ]);
      expect(world.calls.filter((call) => call.startsWith('link.limit'))).toEqual([]);
      expect(report).toMatchObject({ outcome: 'migrated', policy: defaultPolicy });
    },
  );

  it('that the source cannot hold is refused, and the migration goes on as before', async () => {
    const { report, events } = await changedAt(
      'source.preDump',
      { maxBandwidth: bytes(1_000_000) },
      /link.limit/,
    );
    expect(answers(events)).toMatchObject([{ kind: 'change-refused', why: 'no perl' }]);
    expect(report).toMatchObject({ outcome: 'migrated', policy: defaultPolicy });
    expect(report).not.toHaveProperty('changes');
  });
});
