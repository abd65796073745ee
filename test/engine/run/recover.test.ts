import { describe, expect, it } from 'vitest';
import { defaultDockerRequest } from '../../../engine/core/docker/default-request.ts';
import { defaultPageRequest } from '../../../engine/core/pages/default-request.ts';
import { defaultPolicy } from '../../../engine/core/rounds/default-policy.ts';
import type { MigrationEvent } from '../../../engine/model/event.ts';
import type { Phase } from '../../../engine/model/phase.ts';
import type { Plan } from '../../../engine/model/plan.ts';
import {
  type DestinationStanding,
  destinationStandings,
  type Keep,
  type SourceStanding,
  sourceStandings,
} from '../../../engine/model/recovery.ts';
import { migrate } from '../../../engine/run/migrate.ts';
import { preflight } from '../../../engine/run/preflight.ts';
import { type Recovery, recover } from '../../../engine/run/recover.ts';
import { type TwoHosts, twoHosts } from '../../fakes/two-hosts.ts';

const planFor = (world: TwoHosts): Promise<Plan> => {
  const request = {
    container: 'shop',
    from: 'here',
    to: 'there',
    policy: defaultPolicy,
    pages: defaultPageRequest,
    docker: defaultDockerRequest,
  };
  return preflight(world.ports, { migration: 'm1', request, address: 'there' });
};

interface Standings {
  readonly source?: SourceStanding | Error;
  readonly destination?: DestinationStanding | Error;
}

interface Known {
  readonly moved?: boolean;
  readonly keep?: Keep;
  readonly outcome?: 'migrated' | 'rolled-back' | 'gave-up' | 'ended';
  readonly phase?: Phase;
}

const run = async (
  world: TwoHosts,
  { source, destination }: Standings = {},
  { keep, moved, outcome, phase = 'restoring' }: Known = {},
): Promise<Recovery & { readonly events: readonly MigrationEvent[] }> => {
  const events: MigrationEvent[] = [];
  const says =
    <T>(standing: T | Error): (() => Promise<T>) =>
    async () => {
      if (standing instanceof Error) throw standing;
      return standing;
    };
  const ports = {
    ...world.ports,
    source: { ...world.ports.source, ...(source === undefined ? {} : { standing: says(source) }) },
    destination: {
      ...world.ports.destination,
      ...(destination === undefined ? {} : { standing: says(destination) }),
    },
  };
  const plan = await planFor(world);
  world.calls.length = 0;
  const recovery = await recover(plan, ports, {
    phase,
    ...(keep === undefined ? {} : { keep }),
    ...(moved === undefined ? {} : { moved }),
    ...(outcome === undefined ? {} : { outcome }),
    sink: (event) => events.push(event),
    signal: new AbortController().signal,
    onFound: () => {},
    durable: async () => void world.calls.push('durable'),
  });
  return { ...recovery, events };
};

/** Hosts on which everything of a migration was left. */
const left = (changed: Partial<Pick<TwoHosts, 'source' | 'destination'>> = {}): TwoHosts => {
  const world = twoHosts();
  world.leftOnSource.add('directory');
  for (const each of ['directory', 'key', 'parked restore']) world.leftOnDestination.add(each);
  return Object.assign(world, changed);
};
const expectClean = (world: TwoHosts): void =>
  expect([...world.leftOnSource, ...world.leftOnDestination]).toEqual([]);

describe('a recovery', () => {
  it('finishes what has moved', async () => {
    const world = left({ source: 'dead', destination: 'running' });
    expect(await run(world)).toMatchObject({ decision: 'finish', outcome: 'migrated', remains: [] });
    expect(world).toMatchObject({ source: 'dead', destination: 'running' });
    expect(world.calls).not.toContain('destination.resumeHeld');
    expectClean(world);
  });

  it('lets a held copy run when the source is dead, once that is in the journal', async () => {
    const world = left({ source: 'dead', destination: 'stopped' });
    const { events, outcome } = await run(world);
    expect(outcome).toBe('migrated');
    expect(events.map(({ kind }) => kind)).toEqual(['recovery', 'finished']);
    expect(world.calls.indexOf('durable')).toBeLessThan(world.calls.indexOf('destination.resumeHeld'));
    expect(world).toMatchObject({ destination: 'running', mostRunning: 1 });
    expectClean(world);
  });

  it('undoes what has not moved', async () => {
    const world = left({ source: 'running', destination: 'stopped' });
    expect(await run(world)).toMatchObject({ decision: 'roll-back', outcome: 'rolled-back' });
    expect(world).toMatchObject({ source: 'running', destination: 'absent', mostRunning: 1 });
    expectClean(world);
  });

  it('waits while somebody is at it, and looks again', async () => {
    const world = left({ source: 'frozen' });
    const { sleep } = world.clock;
    let seconds = 0;
    const clock = {
      ...world.clock,
      sleep: async (...args: Parameters<typeof sleep>) => {
        seconds += 1;
        if (seconds === 5) world.source = 'running';
        await sleep(...args);
      },
    };
    expect(await run({ ...world, ports: { ...world.ports, clock } })).toMatchObject({
      decision: 'roll-back',
    });
    expect(seconds).toBe(5);
  });

  it('does not wait for ever', async () => {
    const world = left({ source: 'frozen' });
    expect(await run(world)).toMatchObject({ decision: 'in-doubt', found: { source: 'frozen' } });
    expect(world.sleeps).toHaveLength(30);
    expect(world.leftOnSource.size).toBe(1);
  });

  describe('of a migration that had its outcome, and left something', () => {
    it('does what was left, and keeps the outcome', async () => {
      const world = left({ source: 'running', destination: 'absent' });
      const { decision, outcome, events } = await run(world, {}, { outcome: 'gave-up' });
      expect([decision, outcome]).toEqual(['roll-back', 'gave-up']);
      expect(events.at(-1)).toEqual({ at: expect.any(Number), kind: 'finished', outcome: 'gave-up' });
      expectClean(world);
    });

    it('takes the key back and nothing else, where the container has gone another way since', async () => {
      const world = left({ source: 'dead', destination: 'running' });
      const { decision, outcome } = await run(world, {}, { outcome: 'rolled-back' });
      expect([decision, outcome]).toEqual(['leave', 'rolled-back']);
      expect(world).toMatchObject({ source: 'dead', destination: 'running' });
      expect(world.leftOnDestination).not.toContain('key');
      expect(world.leftOnDestination).toContain('directory');
    });

    it('stays to be tried again while a host does not answer', async () => {
      const world = left({ source: 'running', destination: 'absent' });
      const gone = { destination: new Error('no route to host') };
      const again = await run(world, gone, { outcome: 'rolled-back' });
      expect(again.remains).not.toEqual([]);
      expect(again).not.toHaveProperty('outcome');
      const unseen = await run(world, { source: new Error('no route to host') }, { outcome: 'rolled-back' });
      expect(unseen).toMatchObject({ decision: 'in-doubt', remains: [] });
      expect(unseen).not.toHaveProperty('outcome');
    });
  });

  it('twice does nothing the second time', async () => {
    const world = left({ source: 'running' });
    await run(world);
    await run(world);
    expect(world.calls).not.toContain('destination.discard');
    expect(world).toMatchObject({ source: 'running', destination: 'absent' });
  });

  it('finishes on the destination while the source cannot be asked, and stays to be tried again', async () => {
    const world = left({ source: 'dead', destination: 'running' });
    const found = await run(world, { source: new Error('no route to host') });
    expect(found).toMatchObject({ decision: 'finish', found: { why: { source: 'no route to host' } } });
    expect(found).not.toHaveProperty('outcome');
    expect(found.remains).toEqual([
      'on here: end the connection, once it can be reached',
      'on here: clean up, once it can be reached',
    ]);
    expect(found.events.map(({ kind }) => kind)).toEqual(['recovery', 'warning', 'warning']);
    expect([...world.leftOnDestination]).toEqual([]);
    // The journal has it that the container moved; without that nothing says so any more.
    expect(await run(world)).toMatchObject({ decision: 'in-doubt' });
    expect(await run(world, {}, { moved: true })).toMatchObject({ outcome: 'migrated' });
    expectClean(world);
  });

  it('cleans the source that runs while the destination cannot be asked', async () => {
    const world = left();
    const found = await run(world, { destination: new Error('timed out') });
    expect(found).toMatchObject({
      decision: 'roll-back',
      remains: [/^on there: /, /^on there: /].map((each) => expect.stringMatching(each)),
    });
    expect([...world.leftOnSource]).toEqual([]);
    expect(world.leftOnDestination.size).toBe(3);
  });

  it('cleans nothing up around a copy that would not run', async () => {
    const world = left({ source: 'dead', destination: 'stopped' });
    const { resumeHeld: _, ...rest } = world.ports.destination;
    const destination = {
      ...rest,
      resumeHeld: async () => {
        throw new Error('nothing is held here');
      },
    };
    const found = await run({ ...world, ports: { ...world.ports, destination } });
    expect(found.remains).toEqual(['on there: let it run: nothing is held here']);
    expect(found).not.toHaveProperty('outcome');
    expect(world.leftOnSource.size + world.leftOnDestination.size).toBe(4);
  });
});

const pairs = sourceStandings.flatMap((source) =>
  destinationStandings.map((destination) => [source, destination] as const),
);

describe.each(pairs)('with a source that is %s and a destination that is %s', (source, destination) => {
  it('does what was decided, and no more', async () => {
    const world = left();
    const { decision, outcome, remains, events } = await run(world, { source, destination });
    const done = world.calls.filter(
      (call) => !['source.standing', 'destination.standing', 'durable'].includes(call),
    );
    expect(done.includes('destination.resumeHeld')).toBe(decision === 'resume');
    expect(done.includes('destination.restoreAgain')).toBe(decision === 'restore-again');
    expect(done.includes('destination.release')).toBe(
      ['finish', 'resume', 'restore-again'].includes(decision),
    );
    expect(events[0]).toMatchObject({ kind: 'recovery', source, destination, decision });
    if (decision === 'in-doubt') expect(done).toEqual([]);
    else {
      const unreachable = source === 'unreachable' || destination === 'unreachable';
      expect(outcome === undefined).toBe(unreachable);
      expect(remains.length > 0).toBe(unreachable);
    }
    // What bears the name is somebody else's.
    if (destination === 'nothing') expect(done).not.toContain('destination.discard');
  });
});

describe('a migration whose controller was killed', () => {
  /** Every call of a migration that goes well, by its place. */
  const callsOf = async (): Promise<readonly string[]> => {
    const calls: string[] = [];
    const world = twoHosts({ at: (call) => void calls.push(call) });
    await migrate(await planFor(world), world.ports, {
      sink: () => {},
      signal: new AbortController().signal,
    });
    return calls;
  };

  it('at any call runs once, wherever, after a recovery, and nothing is left', async () => {
    const calls = await callsOf();
    for (let at = 0; at < calls.length; at += 1) {
      let count = -1;
      let killed = (): void => {};
      const death = new Promise<void>((resolve) => {
        killed = resolve;
      });
      const world = twoHosts({
        at: () => {
          count += 1;
          if (count < at || recovering) return undefined;
          killed();
          return new Promise<void>(() => {});
        },
      });
      let recovering = false;
      const plan = await planFor(world);
      void migrate(plan, world.ports, { sink: () => {}, signal: new AbortController().signal });
      await death;
      await new Promise((resolve) => setImmediate(resolve));
      recovering = true;
      // What the hosts do by themselves.
      if (world.source === 'frozen') world.source = 'running';
      const recovery = await run(world);
      expect([calls[at], recovery.outcome]).toEqual([
        calls[at],
        expect.stringMatching(/migrated|rolled-back/),
      ]);
      expect(world.mostRunning).toBe(1);
      expect([world.source === 'running', world.destination === 'running'].filter(Boolean)).toHaveLength(1);
      world.leftOnDestination.forEach((each) => {
        if (each.startsWith('page-server')) world.leftOnDestination.delete(each);
      });
      expectClean(world);
    }
  });
});
