import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FileRoot } from '../../engine/model/file-root.ts';
import { bytes } from '../../engine/model/units.ts';
import type { OpenScene, Scene } from './migration-ports.ts';

/** What every `Link` does. The tests build on each other. */
export const linkContract = (name: string, open: OpenScene): void => {
  describe(`${name} as a link`, () => {
    let scene: Scene;
    let files: readonly FileRoot[];
    const never = new AbortController().signal;
    beforeAll(async () => {
      scene = await open();
      await scene.ports.source.prepare(scene.plan);
      await scene.ports.destination.prepare(scene.plan);
    });
    afterAll(async () => {
      await scene.ports.source.release(scene.plan, false);
      await scene.ports.destination.discard(scene.plan);
      await scene.close();
    });

    it('says whether the destination can be reached', async () => {
      expect(await scene.ports.link.check(scene.plan.address)).toMatchObject({ ok: true });
    });

    it('syncs files once it is open, and sends less when little has changed', async () => {
      const { link } = scene.ports;
      await link.open(scene.plan, never);
      files = await scene.ports.destination.create(scene.plan);
      const first = await link.syncFiles(scene.plan, files, 'first');
      const second = await link.syncFiles(scene.plan, files, 'changes');
      expect(first.sent).toBeGreaterThan(0);
      expect(second.sent).toBeLessThanOrEqual(first.sent);
      const parked = await link.parkFileSync(scene.plan, files);
      const { sent, steady } = await parked.sync();
      expect(sent).toBeLessThanOrEqual(first.sent);
      expect(steady).toBe(true);
    });

    it('parks a sync of files that can be called off', async () => {
      const { link, destination } = scene.ports;
      const parked = await link.parkFileSync(scene.plan, await destination.create(scene.plan));
      await parked.discard();
      await parked.discard();
    });

    it('tells what it can carry, is opened anew to compress, and tells what it has carried', async () => {
      const { link } = scene.ports;
      expect(await link.measure(scene.plan)).toBeGreaterThan(0);
      await link.compress(scene.plan, never);
      await link.syncFiles(scene.plan, files, 'changes');
      expect(await link.carried(scene.plan)).toBeGreaterThan(0);
    });

    it('can be held to a rate, to another, and let go, while it is open', async () => {
      const { link } = scene.ports;
      for (const rate of [bytes(2_000_000), bytes(1_000_000), undefined]) await link.limit(scene.plan, rate);
    });

    it('makes a way to a page-server, one after the other, that can be closed however often', async () => {
      const { link, destination, source } = scene.ports;
      for (const [images, parent] of [
        [0, undefined],
        [1, 0],
      ] as const) {
        const server = await destination.openPageServer(scene.plan, images, parent);
        const way = await link.carryPages(scene.plan, server.endpoint);
        await source.preDump(scene.plan, images, way.endpoint);
        await server.finished;
        await way.close();
        await way.close();
      }
    });

    it('parks a shipment that can be called off', async () => {
      const shipment = await scene.ports.link.parkShipment(scene.plan);
      await shipment.discard();
      await shipment.discard();
    });

    it('leaves no way in when it is closed, however often', async () => {
      const { link } = scene.ports;
      await link.close();
      await link.close();
      expect((await scene.left()).filter((each) => each.startsWith('key'))).toEqual([]);
    });
  });
};
