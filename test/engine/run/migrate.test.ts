import { describe, expect, it } from 'vitest';
import { defaultDockerRequest } from '../../../engine/core/default-docker-request.ts';
import { defaultPageRequest } from '../../../engine/core/default-page-request.ts';
import { defaultPolicy } from '../../../engine/core/default-policy.ts';
import type { MigrationEvent } from '../../../engine/model/event.ts';
import type { Calibration, ChangeRequest, Policy } from '../../../engine/model/policy.ts';
import type { Report } from '../../../engine/model/report.ts';
import { bytes, millis } from '../../../engine/model/units.ts';
import { migrate } from '../../../engine/run/migrate.ts';
import { preflight } from '../../../engine/run/preflight.ts';
import { type TwoHosts, twoHosts } from '../../fakes/two-hosts.ts';

const controller = (): AbortController => new AbortController();

interface RunOptions {
  readonly policy?: Partial<Policy>;
  readonly abort?: AbortController;
  readonly calibration?: Calibration;
  /** Hears the last event before each time that was waited for. */
  readonly durable?: (last: MigrationEvent | undefined) => void;
  readonly changes?: (listener: (request: ChangeRequest) => void) => () => void;
}

const run = async (
  world: TwoHosts,
  { policy = {}, abort = controller(), calibration = {}, durable, changes }: RunOptions = {},
): Promise<{ report: Report; events: readonly MigrationEvent[] }> => {
  const request = {
    container: 'shop',
    from: 'here',
    to: 'there',
    policy: { ...defaultPolicy, ...policy },
    pages: defaultPageRequest,
    docker: defaultDockerRequest,
  };
  const plan = await preflight(world.ports, { migration: 'm1', request, address: 'there' });
  const events: MigrationEvent[] = [];
  const report = await migrate(plan, world.ports, {
    sink: (event) => events.push(event),
    signal: abort.signal,
    calibration,
    durable: async () => durable?.(events.at(-1)),
    ...(changes === undefined ? {} : { changes }),
  });
  return { report, events };
};

/** Every call of a migration that goes well. */
const allCalls = async (): Promise<readonly string[]> => {
  const world = twoHosts();
  await run(world);
  return [...new Set(world.calls)];
};

const COMMITTED_FROM = [
  'source.resume',
  'restore.resume',
  'restore.settle',
  'dump.stats',
  'destination.release',
];

const expectSourceUntouched = (world: TwoHosts): void => {
  expect(world).toMatchObject({ source: 'running', destination: 'absent', mostRunning: 1 });
  expect([...world.leftOnSource, ...world.leftOnDestination]).toEqual([]);
};

describe('a migration that goes well', () => {
  it('ends with the container on the destination only and nothing left behind', async () => {
    const world = twoHosts();
    const { report } = await run(world);
    expect(report.outcome).toBe('migrated');
    expect(world).toMatchObject({ source: 'dead', destination: 'running', mostRunning: 1 });
    expect([...world.leftOnSource, ...world.leftOnDestination]).toEqual([]);
  });

  it('goes through the phases in their order', async () => {
    const { events } = await run(twoHosts());
    const phases = events.flatMap((event) => (event.kind === 'phase' ? [event.to] : []));
    expect(phases).toEqual(['preflight', 'pre-copy', 'frozen', 'restoring', 'committed', 'done']);
  });

  it('parks the restore before the freeze and syncs files while frozen', async () => {
    const world = twoHosts();
    await run(world);
    const at = (name: string): number => world.calls.indexOf(name);
    expect(at('destination.park')).toBeLessThan(at('dump.frozen'));
    expect(at('link.syncFiles frozen')).toBeGreaterThan(at('dump.frozen'));
    expect(at('restore.restore')).toBeGreaterThan(at('link.syncFiles frozen'));
    expect(at('restore.resume')).toBeGreaterThan(at('dump.kill'));
  });

  it('makes each way for pages before anything is frozen for it, and closes it after', async () => {
    const world = twoHosts();
    await run(world);
    const ways = world.calls.filter((call) =>
      /carryPages|preDump|way.close|dump.frozen|dump.stats/.test(call),
    );
    const round = ['link.carryPages', 'source.preDump', 'way.close'];
    const rounds = (ways.length - 4) / round.length;
    expect(ways).toEqual([
      ...Array.from({ length: rounds }, () => round).flat(),
      ...['link.carryPages', 'dump.frozen', 'dump.stats', 'way.close'],
    ]);
  });

  it('predicts by what earlier migrations have shown of the hosts', async () => {
    const usual = (await run(twoHosts())).report.predicted?.verify ?? 0;
    const slow = { verify: millis(100 * usual) };
    expect((await run(twoHosts(), { calibration: slow })).report.predicted?.verify).toBeGreaterThan(usual);
  });

  it('restores nothing but what was verified', async () => {
    const world = twoHosts();
    await run(world);
    const at = (name: string): number => world.calls.indexOf(name);
    expect(at('destination.verify')).toBeGreaterThan(at('shipment.ship'));
    expect(at('destination.verify')).toBeLessThan(at('restore.restore'));
  });

  it('syncs files again when the sync met what the dump made for a moment, once that is gone', async () => {
    const world = twoHosts({ unsteady: 1 });
    await run(world);
    expect(world.calls.filter((call) => call === 'link.syncFiles frozen')).toHaveLength(2);
    const again = world.calls.lastIndexOf('link.syncFiles frozen');
    expect(again).toBeGreaterThan(world.calls.indexOf('dump.held'));
    expect(again).toBeLessThan(world.calls.indexOf('restore.restore'));
  });

  it('leaves nothing asleep that would keep the program from ending', async () => {
    const world = twoHosts();
    await run(world);
    expect(world.sleeps.length).toBeGreaterThan(0);
    expect(world.sleeps.filter(({ signal }) => signal?.aborted !== true)).toEqual([]);
  });

  it('splits the downtime into parts that add up', async () => {
    const { report } = await run(twoHosts());
    const { total, ...parts } = report.measured ?? { total: Number.NaN };
    expect(Object.values(parts).reduce((sum, part) => sum + part, 0)).toBe(total);
  });

  it('counts a slow verification as that, not as a sync of files or a restore', async () => {
    const world: TwoHosts = twoHosts({
      at: async (call) => {
        if (call !== 'destination.verify') return;
        // The sync beside it is over by then.
        await new Promise((resolve) => setImmediate(resolve));
        await world.clock.sleep(millis(900));
      },
    });
    const { report } = await run(world);
    expect(report.measured?.verify).toBeGreaterThanOrEqual(900);
    expect(report.measured?.fileSync).toBeLessThan(100);
    expect(report.measured?.restore).toBeLessThan(100);
  });

  it('still counts when cleaning up afterwards fails, and says what is left', async () => {
    const world = twoHosts({
      at: (call) => {
        if (call === 'destination.release') throw new Error('disk on fire');
      },
    });
    const { report, events } = await run(world);
    expect(report.outcome).toBe('migrated');
    expect(events).toContainEqual(
      expect.objectContaining({ kind: 'warning', message: expect.stringContaining('disk on fire') }),
    );
    expect(report.remains).toEqual(['clean up the destination']);
  });
});

it('a way back that cannot clean up a host tells what is left there', async () => {
  const world = twoHosts({
    at: (call) => {
      if (['restore.restore', 'destination.discard'].includes(call)) throw new Error('link down');
    },
  });
  const { report, events } = await run(world);
  expect(report).toMatchObject({ outcome: 'rolled-back', remains: ['clean up the destination'] });
  expect(events.at(-1)).toMatchObject({ kind: 'finished', remains: report.remains });
});

describe('a failure before the commit', async () => {
  const before = (await allCalls()).filter(
    (call) => !COMMITTED_FROM.includes(call) && !/discard|release|close|stop|isAlive|dump\.kill/.test(call),
  );

  it.each(before)('at %s leaves the source running and the destination clean', async (failing) => {
    const world = twoHosts({
      at: (call) => {
        if (call === failing) throw new Error(`${failing} broke`);
      },
    });
    const { report } = await run(world);
    expect(report).toMatchObject({ outcome: 'rolled-back', failure: { message: `${failing} broke` } });
    expectSourceUntouched(world);
  });

  it.each(before)('that is an interrupt at %s does the same', async (interrupted) => {
    const abort = controller();
    const world = twoHosts({
      at: (call) => {
        if (call === interrupted) abort.abort(new DOMException('interrupted', 'AbortError'));
      },
    });
    const { report } = await run(world, { abort });
    expect(report.outcome).toBe('rolled-back');
    expectSourceUntouched(world);
  });

  it('waits for criu to let go of the tasks before it says so', async () => {
    let letGo = false;
    const abort = controller();
    const world = twoHosts({
      at: async (call) => {
        if (call !== 'source.preDump') return;
        abort.abort();
        await new Promise((resolve) => setTimeout(resolve, 20));
        letGo = true;
        throw new Error('page-server gone');
      },
    });
    await run(world, { abort });
    expect(letGo).toBe(true);
    expect(world.calls).toContain('source.abandonPages');
  });

  it('is found by silence when a round receives nothing', async () => {
    let stopped: () => void = () => {};
    const world = twoHosts({
      at: async (call) => {
        if (call === 'source.preDump') {
          await new Promise<void>((_, reject) => {
            stopped = () => reject(new Error('page-server gone'));
          });
        }
      },
    });
    const { abandonPages } = world.ports.source;
    const source = {
      ...world.ports.source,
      abandonPages: async (endpoint: { address: string; port: number }): Promise<void> => {
        await abandonPages(endpoint);
        stopped();
      },
    };
    const { report } = await run({ ...world, ports: { ...world.ports, source } });
    expect(report.failure?.message).toMatch(/no page has reached the destination for \d+ s/);
  });
});

describe('the commit', () => {
  it('that is not confirmed goes forward when the source turns out to be dead', async () => {
    const world: TwoHosts = twoHosts({
      at: (call) => {
        if (call === 'dump.kill') {
          world.source = 'dead';
          throw new Error('connection lost');
        }
      },
    });
    const { report } = await run(world);
    expect(report.outcome).toBe('migrated');
    expect(world).toMatchObject({ source: 'dead', destination: 'running' });
  });

  it('that is not confirmed goes back when the source goes on', async () => {
    const world: TwoHosts = twoHosts({
      at: (call) => {
        if (call !== 'dump.kill') return;
        // Its hold has found nobody left who could decide.
        world.source = 'running';
        throw new Error('connection lost');
      },
    });
    const { report } = await run(world);
    expect(report.outcome).toBe('rolled-back');
    expectSourceUntouched(world);
  });

  it('that nobody can tell about lets neither side run', async () => {
    const world = twoHosts({
      at: (call) => {
        if (call === 'dump.kill' || call === 'source.isAlive') throw new Error('connection lost');
      },
    });
    const { report } = await run(world);
    expect(report.outcome).toBe('in-doubt');
    expect(world).toMatchObject({ source: 'frozen', destination: 'stopped' });
    expect(world.calls).not.toContain('restore.resume');
    expect(world.calls).not.toContain('destination.discard');
  });

  it.each([[['source.resume', 'restore.resume']], [['restore.settle']]])(
    'once made is never taken back, even when %j fail',
    async (failing) => {
      const world = twoHosts({
        at: (call) => {
          if (failing.includes(call)) throw new Error('broke');
        },
      });
      const { report } = await run(world);
      expect(report.outcome).toBe('in-doubt');
      expect(world.calls).not.toContain('dump.thaw');
      expect(world.calls).not.toContain('restore.discard');
      expect(world.calls).not.toContain('destination.discard');
      // What the hosts may still need to finish by themselves.
      expect(world.calls).not.toContain('link.close');
    },
  );

  it.each(['source.resume', 'restore.resume'])(
    'is followed by the resume although one of the two ways fails: %s',
    async (failing) => {
      const world = twoHosts({
        at: (call) => {
          if (call === failing) throw new Error('broke');
        },
      });
      expect((await run(world)).report.outcome).toBe('migrated');
      expect(world).toMatchObject({ source: 'dead', destination: 'running', mostRunning: 1 });
    },
  );

  it('is not made when the user wants the way back before the source has decided', async () => {
    const abort = controller();
    let waiting = (): void => {};
    const world = twoHosts({
      at: async (call) => {
        if (call === 'restore.restore') {
          const thawing = new Promise<void>((resolve) => {
            waiting = resolve;
          });
          abort.abort(new DOMException('interrupted', 'AbortError'));
          await thawing;
          throw new Error('discarded');
        }
        if (call === 'dump.thaw') waiting();
      },
    });
    const { report } = await run(world, { abort });
    expect(report.outcome).toBe('rolled-back');
    expectSourceUntouched(world);
  });
});

describe('what was recorded', () => {
  it('is made durable before the freeze begins, and before the destination may run', async () => {
    const world = twoHosts();
    const asked: (readonly [string | undefined, number])[] = [];
    const durable = (last: MigrationEvent | undefined): void => {
      asked.push([last?.kind === 'phase' ? last.to : last?.kind, world.calls.length]);
    };
    await run(world, { durable });
    expect(asked.map(([last]) => last)).toEqual(['decided', 'committed']);
    const [freeze, commit] = asked.map(([, calls]) => world.calls.slice(calls));
    expect(freeze).toContain('source.finalDump');
    expect(commit).toContain('restore.resume');
    expect(world.calls.slice(0, asked[1]?.[1])).toContain('dump.kill');
  });

  it('has the request for the way back, once, before what came of it', async () => {
    const abort = controller();
    const world = twoHosts({
      at: (call) => {
        if (call === 'source.preDump') abort.abort(new DOMException('interrupted', 'AbortError'));
      },
    });
    const { events } = await run(world, { abort });
    const kinds = events.map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'interrupted')).toHaveLength(1);
    expect(kinds.indexOf('interrupted')).toBeLessThan(kinds.indexOf('failed'));
    expect(events.at(-1)).toMatchObject({ kind: 'finished', outcome: 'rolled-back' });
  });
});

describe('a deadline that means giving up', () => {
  it('leaves the source running and the destination clean', async () => {
    const world = twoHosts({ dirty: [20_000, 5000] });
    const policy = { deadline: millis(1), onDeadline: 'give-up' } as const;
    const { report } = await run(world, { policy });
    expect(report).toMatchObject({ outcome: 'gave-up', stop: { kind: 'deadline' } });
    expectSourceUntouched(world);
  });

  it('says so when the container has ended by itself meanwhile', async () => {
    const world: TwoHosts = twoHosts({
      dirty: [20_000, 5000],
      at: (call) => {
        if (call === 'source.isAlive') world.source = 'dead';
      },
    });
    const policy = { deadline: millis(1), onDeadline: 'give-up' } as const;
    expect((await run(world, { policy })).report.outcome).toBe('ended');
  });
});

describe('a cap on the link', () => {
  const cap = { maxBandwidth: bytes(2_000_000) };
  const limits = ({ calls }: TwoHosts): readonly string[] =>
    calls.filter((call) => call.startsWith('link.limit'));

  it('holds from the opening of the link, and not while the container stands still', async () => {
    const world = twoHosts();
    const { report } = await run(world, { policy: cap });
    expect(limits(world)).toEqual(['link.limit 2000000', 'link.limit none']);
    const at = (name: string): number => world.calls.indexOf(name);
    expect(at('link.limit 2000000')).toBe(at('link.open') + 1);
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
    const ran = await run(world, { changes });
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

  it('before the link is open holds from its opening', async () => {
    const { world } = await changedAt('source.prepare', { maxBandwidth: bytes(1_000_000) });
    expect(world.calls.indexOf('link.limit 1000000')).toBe(world.calls.indexOf('link.open') + 1);
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
