import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InvalidInput } from '../../engine/model/errors.ts';
import type { OpenScene, Scene } from './migration-ports.ts';

/** What every `Source` does, up to the end of its container. The tests build on each other. */
export const sourceContract = (name: string, open: OpenScene): void => {
  describe(`${name} as a source`, () => {
    let scene: Scene;
    beforeAll(async () => {
      scene = await open();
    });
    afterAll(() => scene.close());

    it('refuses a container it does not know', async () => {
      await expect(scene.ports.source.container('nobody')).rejects.toThrow(InvalidInput);
    });

    it('lets only one migration of a container prepare, and keeps the first', async () => {
      const { source } = scene.ports;
      await source.prepare(scene.plan);
      await expect(source.prepare(scene.plan)).rejects.toThrow(InvalidInput);
      expect(await scene.left()).not.toEqual([]);
    });

    it('pre-dumps to a page-server and tells what it sent', async () => {
      const { source, destination } = scene.ports;
      await destination.prepare(scene.plan);
      const server = await destination.openPageServer(scene.plan, 0, undefined);
      const dirty = await source.preDump(scene.plan, 0, server.endpoint);
      await server.finished;
      expect(dirty.pagesWritten).toBeGreaterThan(0);
      expect(await scene.runsOnSource()).toBe(true);
    });

    it('holds the container frozen after the final dump, and lets it go on when told to', async () => {
      const { source, destination } = scene.ports;
      const server = await destination.openPageServer(scene.plan, 'final', 0);
      const dump = await source.finalDump(scene.plan, 0, server.endpoint);
      await dump.frozen;
      await dump.held;
      await server.finished;
      expect(await scene.runsOnSource()).toBe(false);
      expect(await scene.ports.source.isAlive(scene.plan)).toBe(true);
      await dump.thaw();
      expect(await scene.runsOnSource()).toBe(true);
    });

    it('removes all it made, however often it is asked', async () => {
      const { source, destination } = scene.ports;
      await source.release(scene.plan, false);
      await source.release(scene.plan, false);
      await destination.discard(scene.plan);
      expect(await scene.left()).toEqual([]);
      expect(await scene.runsOnSource()).toBe(true);
    });

    it('ends the container at the commit, for good', async () => {
      const { source, destination } = scene.ports;
      await source.prepare(scene.plan);
      await destination.prepare(scene.plan);
      const server = await destination.openPageServer(scene.plan, 'final', undefined);
      const dump = await source.finalDump(scene.plan, undefined, server.endpoint);
      await dump.held;
      await dump.kill();
      expect((await dump.stats()).pagesWritten).toBeGreaterThan(0);
      expect(await source.isAlive(scene.plan)).toBe(false);
      expect(await scene.runsOnSource()).toBe(false);
      await source.release(scene.plan, true);
      await destination.discard(scene.plan);
      expect(await scene.left()).toEqual([]);
    });
  });
};
