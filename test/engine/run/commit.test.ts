import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type TwoHosts, twoHosts } from '../../fakes/two-hosts.ts';
import { controller, expectSourceUntouched, run } from './run-migration.ts';

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

  it('that cannot be taken back by the keeper, which is gone at once, does not take the controller along', async () => {
    const world = twoHosts({
      at: async (call) => {
        if (call === 'restore.restore') throw new Error('no copy');
        if (call === 'dump.thaw') throw new Error('did not confirm');
        // Longer than the keeper takes: until then nobody may be waiting for its answer.
        if (call === 'source.abandonPages') await sleep(20);
      },
    });
    const { report } = await run(world);
    expect(report.remains).toEqual(['thaw the source']);
  });
});
