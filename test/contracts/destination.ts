import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OpenScene, Scene } from './migration-ports.ts';

/** What every `Destination` does short of a restore, which takes a whole migration. The tests build on each other. */
export const destinationContract = (name: string, open: OpenScene): void => {
  describe(`${name} as a destination`, () => {
    let scene: Scene;
    beforeAll(async () => {
      scene = await open();
    });
    afterAll(() => scene.close());

    it('says whether there is a place for the container', async () => {
      expect(await scene.ports.destination.place(scene.plan.container)).toMatchObject({
        idTaken: false,
        bundle: 'absent',
      });
    });

    it('refuses a second migration of the container and keeps the first', async () => {
      const { destination } = scene.ports;
      await destination.prepare(scene.plan);
      await expect(destination.prepare(scene.plan)).rejects.toThrow();
      expect(await scene.left()).not.toEqual([]);
    });

    it('stops a page-server that nobody connected to, which then has not finished', async () => {
      const server = await scene.ports.destination.openPageServer(scene.plan, 0, undefined);
      expect(server.endpoint.port).toBeGreaterThan(0);
      await server.stop();
      await server.stop();
      await expect(server.finished).rejects.toThrow();
    });

    it('parks a restore that makes no process until it is told to, and can be called off', async () => {
      const parked = await scene.ports.destination.park(scene.plan);
      expect(await scene.runsOnDestination()).toBe(false);
      await parked.discard();
      await parked.discard();
      expect(await scene.runsOnDestination()).toBe(false);
    });

    it('removes all it made, however often it is asked', async () => {
      const { destination } = scene.ports;
      await destination.discard(scene.plan);
      await destination.discard(scene.plan);
      expect(await scene.left()).toEqual([]);
    });
  });
};
