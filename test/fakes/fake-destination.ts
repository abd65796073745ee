import { InvalidInput } from '../../engine/model/errors.ts';
import { bytes } from '../../engine/model/units.ts';
import type { Destination, ParkedRestore } from '../../engine/ports/destination.ts';
import { deferred } from './deferred.ts';
import { host, place } from './facts.ts';
import type { Stage } from './stage.ts';

export const fakeDestination = ({ world, call, setDestination, endOf, parked }: Stage): Destination => {
  const park = async (): Promise<ParkedRestore> => {
    await call('destination.park');
    parked.restored = deferred();
    const { promise: prepared } = parked.restored;
    world().leftOnDestination.add('parked restore');
    return {
      prepared,
      resume: async () => {
        await call('restore.resume');
        setDestination('running');
      },
      resumeByHand: 'by hand',
      settle: async () => {
        await call('restore.settle');
        world().leftOnDestination.delete('parked restore');
      },
      discard: async () => {
        world().calls.push('restore.discard');
        world().leftOnDestination.delete('parked restore');
        setDestination('absent');
      },
    };
  };

  return {
    host: async () => host('there'),
    place: async () => place(),
    prepare: async () => {
      await call('destination.prepare');
      if (world().leftOnDestination.has('directory'))
        throw new InvalidInput('another migration is under way');
      world().leftOnDestination.add('directory');
    },
    create: async () => {
      await call('destination.create');
      return [];
    },
    openPageServer: async (_, images) => {
      await call('destination.openPageServer');
      world().leftOnDestination.add(`page-server ${images}`);
      const finished = new Promise<void>((resolve, reject) => {
        endOf.set(images, (whole) => (whole ? resolve() : reject(new Error('the page-server was stopped'))));
      }).then(() => call('pageServer.finished'));
      const gone = (): void => {
        world().leftOnDestination.delete(`page-server ${images}`);
      };
      finished.then(gone, gone);
      return {
        endpoint: { address: 'there', port: 27_700 },
        onProgress: (listener) => listener(bytes(4096)),
        finished,
        stop: async () => {
          world().calls.push('pageServer.stop');
          endOf.get(images)?.(false);
          await finished.catch(() => {});
          gone();
        },
      };
    },
    parkVerification: async () => {
      await call('destination.parkVerification');
      return {
        verifyRound: async () => {
          await call('verification.verifyRound');
        },
        verify: async () => {
          await call('verification.verify');
          return { files: 30, size: bytes(50_000) };
        },
        discard: async () => {
          world().calls.push('verification.discard');
        },
      };
    },
    park,
    lastErrors: async () => [],
    standing: async () => {
      await call('destination.standing');
      const { destination, leftOnDestination: left } = world();
      if (destination === 'running') return left.has('directory') ? 'running' : 'other';
      if (destination !== 'absent') return 'held';
      if (left.has('parked restore')) return 'parked';
      return left.has('directory') ? 'files' : 'nothing';
    },
    resumeHeld: async () => {
      await call('destination.resumeHeld');
      setDestination('running');
    },
    restoreAgain: async () => {
      await call('destination.restoreAgain');
      setDestination('running');
    },
    discard: async () => {
      await call('destination.discard');
      if (world().destination === 'stopped') setDestination('absent');
      world().leftOnDestination.delete('parked restore');
      world().leftOnDestination.delete('directory');
    },
    release: async () => {
      await call('destination.release');
      world().leftOnDestination.delete('parked restore');
      world().leftOnDestination.delete('directory');
    },
  };
};
