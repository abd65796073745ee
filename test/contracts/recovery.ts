import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OpenScene, Scene } from './migration-ports.ts';

/** What ports tell and do after a crash that left everything as it was. */
export const recoveryContract = (name: string, open: OpenScene): void => {
  describe(`${name} after a crash`, () => {
    let scene: Scene;
    const never = new AbortController().signal;
    beforeAll(async () => {
      scene = await open();
    });
    afterAll(() => scene.close());

    const standings = async (): Promise<readonly string[]> => {
      const { source, destination } = scene.ports;
      return [await source.standing(scene.plan), await destination.standing(scene.plan)];
    };

    it('tells that nothing was done', async () => {
      expect(await standings()).toEqual(['runs', 'nothing']);
    });

    it('tells of directories, and of a restore that waits', async () => {
      const { source, destination, link } = scene.ports;
      await Promise.all([source.prepare(scene.plan), destination.prepare(scene.plan)]);
      expect(await standings()).toEqual(['runs', 'files']);
      await link.open(scene.plan, never);
      const files = await destination.create(scene.plan);
      await link.syncFiles(scene.plan, files, 'first');
      await destination.park(scene.plan);
      expect(await standings()).toEqual(['runs', 'parked']);
    });

    it('takes everything back, though nobody ended it, however often', async () => {
      const { source, destination, link } = scene.ports;
      for (const _ of ['once', 'twice']) {
        await link.clear(scene.plan, 'source');
        await source.release(scene.plan, false);
        await destination.discard(scene.plan);
        await link.clear(scene.plan, 'destination');
        expect(await standings()).toEqual(['runs', 'nothing']);
      }
      expect(await scene.left()).toEqual([]);
      expect(await scene.runsOnSource()).toBe(true);
    });

    it('tells of a container that was handed over, makes it anew where it was lost, and finishes that', async () => {
      const { source, destination, link } = scene.ports;
      await Promise.all([source.prepare(scene.plan), destination.prepare(scene.plan)]);
      await link.open(scene.plan, never);
      await link.syncFiles(scene.plan, await destination.create(scene.plan), 'first');
      const restore = await destination.park(scene.plan);
      const shipment = await link.parkShipment(scene.plan);
      const server = await destination.openPageServer(scene.plan, 'final', undefined);
      const way = await link.carryPages(scene.plan, server.endpoint);
      const dump = await source.finalDump(scene.plan, undefined, way.endpoint);
      await dump.held;
      expect(await standings()).toEqual(['frozen', 'parked']);
      await server.finished;
      await shipment.ship();
      await (await destination.parkVerification(scene.plan)).verify();
      expect(await dump.handOver()).toBe('dead');
      await Promise.all([restore.prepared, dump.resumed]);
      await destination.resumeHeld(scene.plan);
      await expect.poll(standings, { timeout: 20_000 }).toEqual(['dead', 'running']);
      await scene.loseCopy();
      expect(await scene.runsOnDestination()).toBe(false);
      await destination.restoreAgain(scene.plan);
      expect(await standings()).toEqual(['dead', 'running']);
      await link.clear(scene.plan, 'source');
      await source.release(scene.plan, true);
      await source.release(scene.plan, true);
      await destination.release(scene.plan);
      await link.clear(scene.plan, 'destination');
      // What says so is gone with the directories.
      expect(await standings()).toEqual(['gone', 'other']);
      expect([await scene.runsOnSource(), await scene.runsOnDestination()]).toEqual([false, true]);
    });
  });
};
