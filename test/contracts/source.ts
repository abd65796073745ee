import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InvalidInput } from '../../engine/model/errors.ts';
import type { ParkedRestore } from '../../engine/ports/destination.ts';
import type { ParkedShipment } from '../../engine/ports/link.ts';
import type { FinalDump } from '../../engine/ports/source.ts';
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

    it('tells how memory compresses while the container runs', async () => {
      const sample = await scene.ports.source.sampleMemory(scene.plan);
      expect(sample?.size).toBeGreaterThan(0);
      expect(sample?.compressed).toBeGreaterThan(0);
      expect(sample?.took).toBeGreaterThan(0);
      expect(await scene.runsOnSource()).toBe(true);
    });

    it('pre-dumps to a page-server and tells what it sent', async () => {
      const { source, destination, link } = scene.ports;
      await destination.prepare(scene.plan);
      await link.open(scene.plan, never);
      const server = await destination.openPageServer(scene.plan, 0, undefined);
      const way = await link.carryPages(scene.plan, server.endpoint);
      const dirty = await source.preDump(scene.plan, 0, way.endpoint);
      await server.finished;
      await way.close();
      expect(dirty.pagesWritten).toBeGreaterThan(0);
      expect(await scene.runsOnSource()).toBe(true);
    });

    it('holds the container frozen after the final dump, and lets it go on when told to', async () => {
      const { source, destination, link } = scene.ports;
      const server = await destination.openPageServer(scene.plan, 'final', 0);
      const way = await link.carryPages(scene.plan, server.endpoint);
      const dump = await source.finalDump(scene.plan, 0, way.endpoint);
      await dump.frozen;
      await dump.held;
      await server.finished;
      expect(await scene.runsOnSource()).toBe(false);
      expect(await scene.ports.source.isAlive(scene.plan)).toBe(true);
      await dump.thaw();
      expect(await scene.runsOnSource()).toBe(true);
    });

    it('removes all it made, however often it is asked', async () => {
      const { source, destination, link } = scene.ports;
      await link.close();
      await source.release(scene.plan, false);
      await source.release(scene.plan, false);
      await destination.discard(scene.plan);
      expect(await scene.left()).toEqual([]);
      expect(await scene.runsOnSource()).toBe(true);
    });

    it('goes on when the destination cannot restore', async () => {
      const { dump, restore } = await untilHeld(scene);
      expect(await dump.handOver()).toBe('thawed');
      await expect(restore.prepared).rejects.toThrow();
      expect(await scene.runsOnSource()).toBe(true);
      await restore.discard();
      await cleaned(scene, false);
    });

    it('hands the container over for good', async () => {
      const { dump, shipment, restore } = await untilHeld(scene);
      await shipment.ship();
      await (await scene.ports.destination.parkVerification(scene.plan)).verify();
      expect(await dump.handOver()).toBe('dead');
      await Promise.all([restore.prepared, dump.resumed]);
      await restore.resume();
      await restore.settle();
      expect((await dump.stats()).pagesWritten).toBeGreaterThan(0);
      expect(await scene.ports.source.isAlive(scene.plan)).toBe(false);
      expect(await scene.runsOnSource()).toBe(false);
      expect(await scene.runsOnDestination()).toBe(true);
      await shipment.discard();
      await cleaned(scene, true);
    });
  });
};

const never = new AbortController().signal;

interface Held {
  readonly dump: FinalDump;
  readonly shipment: ParkedShipment;
  readonly restore: ParkedRestore;
}

/** A migration without rounds, up to the point where only the hand-over is left. */
const untilHeld = async ({ ports, plan }: Scene): Promise<Held> => {
  const { source, destination, link } = ports;
  await source.prepare(plan);
  await destination.prepare(plan);
  await link.open(plan, never);
  const files = await destination.create(plan);
  await link.syncFiles(plan, files, 'first');
  const restore = await destination.park(plan);
  const shipment = await link.parkShipment(plan);
  const server = await destination.openPageServer(plan, 'final', undefined);
  const way = await link.carryPages(plan, server.endpoint);
  const dump = await source.finalDump(plan, undefined, way.endpoint);
  await dump.held;
  await server.finished;
  return { dump, shipment, restore };
};

const cleaned = async ({ ports, plan, left }: Scene, moved: boolean): Promise<void> => {
  await ports.link.close();
  await ports.source.release(plan, moved);
  await ports.destination.discard(plan);
  expect(await left()).toEqual([]);
};
