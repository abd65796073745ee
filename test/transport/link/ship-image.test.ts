import { describe, expect, it } from 'vitest';
import type { Plan } from '../../../engine/model/plan.ts';
import { shipImage } from '../../../transport/link/ship-image.ts';
import { container, docker, IMAGE } from '../../fakes/facts.ts';
import { fakeHost } from '../../fakes/fake-host.ts';
import { planFor } from '../plan.ts';

const plan: Plan = planFor(container().rootfs, {
  container: container({ docker: docker() }),
  docker: {
    shipImage: true,
    layersPresent: 2,
    createNetworks: [],
    mounts: [],
    tcp: 'close',
    attach: 'restore',
    runcRoot: '/run/docker/runtime-runc/moby',
    removeSource: false,
  },
});

describe('the shipment of an image', () => {
  it('goes over the open connection, and returns how much was sent', async () => {
    const source = fakeHost();
    const shipping = shipImage(source, plan);
    await expect.poll(() => source.started.length).toBe(1);
    expect(source.commands[0]?.argv.slice(-4)).toEqual([
      '/run/precopy/shop/mux',
      'root@192.0.2.2',
      IMAGE,
      '2',
    ]);
    source.started[0]?.say('0+12 records in');
    source.started[0]?.say('12345 bytes (12 kB, 12 KiB) copied, 0.1 s, 123 kB/s');
    source.started[0]?.finish();
    expect(await shipping).toEqual({ sent: 12_345 });
  });

  it('fails with the message of the script', async () => {
    const source = fakeHost();
    const shipping = shipImage(source, plan);
    await expect.poll(() => source.started.length).toBe(1);
    source.started[0]?.finish({ exitCode: 1, stderr: 'no space left on device\n' });
    await expect(shipping).rejects.toThrow(/could not send the image .*: no space left on device/);
  });

  it('can be called off, also while it is being started', async () => {
    const source = fakeHost();
    const abort = new AbortController();
    const { start } = source;
    source.start = async (command) => {
      const running = await start(command);
      running.endInput = () => source.started[0]?.finish({ exitCode: 143 });
      abort.abort();
      return running;
    };
    await expect(shipImage(source, plan, abort.signal)).rejects.toThrow('was aborted');
    await expect(shipImage(source, plan, abort.signal)).rejects.toBe(abort.signal.reason);
  });
});
