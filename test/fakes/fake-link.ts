import { bytes } from '../../engine/model/units.ts';
import type { Link } from '../../engine/ports/link.ts';
import type { Stage } from './stage.ts';
import type { Behaviour } from './two-hosts.ts';

type Told = Required<Pick<Behaviour, 'unsteady' | 'linkRate'>>;

export const fakeLink = ({ world, call, parked }: Stage, { unsteady, linkRate }: Told): Link => {
  let frozenSyncs = 0;
  return {
    clear: async (_, side) => {
      await call(`link.clear ${side}`);
      if (side === 'destination') world().leftOnDestination.delete('key');
    },
    check: async () => ({ ok: true, detail: '' }),
    open: async () => {
      world().leftOnDestination.add('key');
      await call('link.open');
    },
    measure: async () => {
      await call('link.measure');
      return bytes(linkRate);
    },
    compress: async () => {
      await call('link.compress');
    },
    carried: async () => {
      await call('link.carried');
      return bytes(1234);
    },
    syncFiles: async (_, _roots, what) => {
      await call(`link.syncFiles ${what}`);
      return { sent: bytes(1000), steady: true };
    },
    parkFileSync: async () => {
      await call('link.parkFileSync');
      return {
        sync: async () => {
          await call('files.sync');
          frozenSyncs += 1;
          return { sent: bytes(1000), steady: frozenSyncs > unsteady };
        },
        discard: async () => {
          world().calls.push('files.discard');
        },
      };
    },
    shipImage: async () => {
      await call('link.shipImage');
      return { sent: bytes(5000) };
    },
    carryPages: async (_, { port }) => {
      await call('link.carryPages');
      world().leftOnSource.add('way');
      return {
        endpoint: { address: 'here', port },
        close: async () => {
          world().calls.push('way.close');
          world().leftOnSource.delete('way');
        },
      };
    },
    limit: async (_, rate) => {
      await call(`link.limit ${rate ?? 'none'}`);
    },
    parkShipment: async () => {
      await call('link.parkShipment');
      return {
        ship: async () => {
          await call('shipment.ship');
          parked.shipped = true;
          return { sent: bytes(100) };
        },
        discard: async () => {
          world().calls.push('shipment.discard');
        },
      };
    },
    close: async () => {
      world().calls.push('link.close');
      world().leftOnSource.delete('way');
      world().leftOnDestination.delete('key');
    },
  };
};
