import type { Plan } from '../../engine/model/plan.ts';
import type { PageEndpoint } from '../../engine/ports/pages.ts';
import type { FinalDump, Source } from '../../engine/ports/source.ts';
import { deferred } from './deferred.ts';
import type { Stage } from './stage.ts';

/** The source cannot reach a page-server but by the way that was made. */
export const expectHere = (address: string): void => {
  if (address !== 'here') throw new Error(`there is no way to ${address}`);
};

export const finalDump = ({
  world,
  call,
  setSource,
  setDestination,
  stats,
  endOf,
  parked,
}: Stage): Source['finalDump'] => {
  return async (_: Plan, parent: number | undefined, { address }: PageEndpoint): Promise<FinalDump> => {
    expectHere(address);
    await call('source.finalDump');
    const frozen = call('dump.frozen').then(() => setSource('frozen'));
    const held = frozen
      .then(() => call('dump.held'))
      .then(() => {
        endOf.get('final')?.(true);
      });
    for (const each of [frozen, held]) {
      // Like criu: a dump that fails lets the tasks go on.
      each.catch(() => setSource('running'));
    }
    const resumed = deferred();
    // Like the hosts: what one of them does not manage, the other hears.
    const handOver = async (): Promise<'dead' | 'thawed'> => {
      try {
        await call('restore.restore');
        if (!parked.shipped) throw new Error('there are no images');
        setDestination('stopped');
        parked.restored.resolve();
      } catch (cause) {
        setSource('running');
        parked.restored.reject(cause);
        return 'thawed';
      }
      await call('dump.kill');
      // A way back that was asked for meanwhile came first.
      await new Promise((resolve) => setImmediate(resolve));
      if (world().source === 'running') return 'thawed';
      setSource('dead');
      call('source.resume')
        .then(() => setDestination('running'))
        .then(resumed.resolve, resumed.reject);
      return 'dead';
    };
    return {
      frozen,
      held,
      handOver,
      resumed: resumed.promise,
      stats: async () => {
        await call('dump.stats');
        return stats((parent ?? 0) + 1);
      },
      thaw: async () => {
        await call('dump.thaw');
        if (world().source === 'dead') throw new Error('it is dead');
        setSource('running');
      },
    };
  };
};
