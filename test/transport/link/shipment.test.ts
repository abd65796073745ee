import { describe, expect, it } from 'vitest';
import type { CommandExit } from '../../../engine/ports/host.ts';
import type { ParkedShipment } from '../../../engine/ports/link.ts';
import { parkShipment } from '../../../transport/link/shipment.ts';
import { fakeHost } from '../../fakes/fake-host.ts';
import { planFor } from '../plan.ts';

interface Setting {
  readonly parking: Promise<ParkedShipment>;
  say(...words: readonly string[]): void;
  end(exit?: Partial<CommandExit>): void;
  readonly written: readonly string[];
  readonly argv: readonly string[];
}

const park = async (): Promise<Setting> => {
  const host = fakeHost('a');
  const parking = parkShipment(host, planFor({ kind: 'directory', path: '/containers/shop/rootfs' }));
  parking.catch(() => {});
  await Promise.resolve();
  const [shipper] = host.started;
  if (shipper === undefined) throw new Error('nothing was started');
  const { written, command } = shipper;
  return {
    parking,
    say: (...words) => words.forEach(shipper.say),
    end: shipper.finish,
    written,
    argv: command.argv,
  };
};

describe('a parked shipment', () => {
  it('goes from the final images to the final images, over the open connection', async () => {
    const { argv, end } = await park();
    expect(argv.slice(-3)).toEqual([
      '/run/precopy/shop/images/final',
      '/run/precopy/shop/mux',
      'root@192.0.2.2',
    ]);
    end();
  });

  it('ships on request, and returns how much was sent', async () => {
    const { parking, say, end, written } = await park();
    say('ready');
    const shipment = await parking;
    expect(written).toEqual([]);
    const shipped = shipment.ship();
    expect(written).toEqual(['ship\n']);
    say('exit 0');
    end({ stderr: 'Total bytes written: 20480 (20KiB, 1MiB/s)\n' });
    expect(await shipped).toEqual({ sent: 20_480 });
  });

  it.each([
    ['it fails', ['ready', 'exit 2'], {}],
    ['the connection is lost', ['ready'], { exitCode: undefined, lost: true }],
  ])('has not shipped when %s', async (_, words, exit) => {
    const { parking, say, end } = await park();
    say(...words);
    const shipment = await parking;
    end({ stderr: 'tar: core-1.img: Cannot open\n', ...exit });
    await expect(shipment.ship()).rejects.toThrow(
      'ship-images on a could not send all images: tar: core-1.img: Cannot open',
    );
  });

  it('is not parked when the destination cannot be reached', async () => {
    const { parking, say, end } = await park();
    say('exit 255');
    end({ stderr: 'mux_client_request_session: session request failed\n' });
    await expect(parking).rejects.toThrow(/session request failed/);
  });

  it('can be called off, also twice', async () => {
    const { parking, say, end, written } = await park();
    say('ready');
    const shipment = await parking;
    end();
    await shipment.discard();
    await shipment.discard();
    expect(written).toEqual([]);
  });
});
