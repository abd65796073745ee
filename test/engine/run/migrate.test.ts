import { describe, expect, it } from 'vitest';
import type { MigrationEvent } from '../../../engine/model/event.ts';
import { millis } from '../../../engine/model/units.ts';
import { type TwoHosts, twoHosts } from '../../fakes/two-hosts.ts';

import { allCalls, COMMITTED_FROM, controller, expectSourceUntouched, run } from './run-migration.ts';

describe('a migration that goes well', () => {
  it('ends with the container on the destination only and nothing left behind', async () => {
    const world = twoHosts();
    const { report } = await run(world);
    expect(report.outcome).toBe('migrated');
    expect(world).toMatchObject({ source: 'dead', destination: 'running', mostRunning: 1 });
    expect([...world.leftOnSource, ...world.leftOnDestination]).toEqual([]);
  });

  it('makes no round where none is to be made, and all else as ever', async () => {
    const world = twoHosts();
    const { report, events } = await run(world, { policy: { maxRounds: 0 } });
    expect(report).toMatchObject({
      outcome: 'migrated',
      rounds: [],
      stop: { kind: 'round-limit', rounds: 0 },
    });
    expect(report.predicted?.total).toBeGreaterThan(0);
    expect(world.calls).not.toContain('source.preDump');
    expect(world).toMatchObject({ source: 'dead', destination: 'running', mostRunning: 1 });
    const phases = events.flatMap((event) => (event.kind === 'phase' ? [event.to] : []));
    expect(phases).toEqual(['preflight', 'pre-copy', 'frozen', 'restoring', 'committed', 'done']);
    const without = new Set(['source.preDump', 'link.syncFiles changes', 'verification.verifyRound']);
    const usual = (await allCalls()).filter((call) => !without.has(call));
    expect(new Set(world.calls)).toEqual(new Set(usual));
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
    for (const parked of ['destination.park', 'link.parkFileSync', 'destination.parkVerification'])
      expect(at(parked)).toBeLessThan(at('dump.frozen'));
    expect(at('files.sync')).toBeGreaterThan(at('dump.frozen'));
    expect(at('restore.restore')).toBeGreaterThan(at('files.sync'));
    expect(at('restore.resume')).toBeGreaterThan(at('dump.kill'));
  });

  it('looks at files anew for the last sync only when no other sync is under way', async () => {
    const world = twoHosts();
    await run(world);
    expect(world.calls.lastIndexOf('link.syncFiles changes')).toBeLessThan(
      world.calls.indexOf('link.parkFileSync'),
    );
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
    expect(at('verification.verify')).toBeGreaterThan(at('shipment.ship'));
    expect(at('verification.verify')).toBeLessThan(at('restore.restore'));
  });

  it('syncs files again when the sync met what the dump made for a moment, once that is gone', async () => {
    const world = twoHosts({ unsteady: 1 });
    await run(world);
    expect(world.calls.filter((call) => call === 'files.sync')).toHaveLength(2);
    const again = world.calls.lastIndexOf('link.parkFileSync');
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
        if (call !== 'verification.verify') return;
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

  // Without an answer to these it is done without compression.
  const asked = ['source.sampleMemory', 'link.measure'];

  it.each(before.filter((call) => !asked.includes(call)))(
    'at %s leaves the source running and the destination clean',
    async (failing) => {
      const world = twoHosts({
        at: (call) => {
          if (call === failing) throw new Error(`${failing} broke`);
        },
      });
      const { report } = await run(world);
      expect(report).toMatchObject({ outcome: 'rolled-back', failure: { message: `${failing} broke` } });
      expectSourceUntouched(world);
    },
  );

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

  it.each(asked)('is none where %s breaks: it goes on without compression', async (failing) => {
    const world = twoHosts({
      at: (call) => {
        if (call === failing) throw new Error(`${failing} broke`);
      },
    });
    const { report } = await run(world);
    expect(report).toMatchObject({ outcome: 'migrated', compression: { kind: 'none' } });
    expect(world.calls).not.toContain('link.compress');
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

describe('a criu that hangs in a round', () => {
  it('is killed, which is told, and the source goes on', async () => {
    let end: () => void = () => {};
    const world = twoHosts({
      at: async (call) => {
        if (call === 'source.preDump')
          await new Promise<void>((_, reject) => {
            end = () => reject(new Error('criu was killed'));
          });
        if (call === 'source.endDump') end();
      },
    });
    const { report, events } = await run(world);
    expect(world.calls).toContain('source.endDump');
    expect(report).toMatchObject({ outcome: 'rolled-back', failure: { message: /no page has reached/ } });
    const warnings = events.flatMap((event) => (event.kind === 'warning' ? [event.message] : []));
    expect(warnings).toContainEqual(expect.stringMatching(/criu on .* does not let go/));
    expect(world).toMatchObject({ source: 'running', destination: 'absent' });
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
