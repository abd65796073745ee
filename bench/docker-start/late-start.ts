import type { Destination, ParkedRestore } from '../../engine/ports.ts';

/** The same destination, but nothing is started before the images are there: what parking is measured against. */
export const lateStart = (destination: Destination): Destination => ({
  ...destination,
  park: async (plan): Promise<ParkedRestore> => {
    let started: ParkedRestore | undefined;
    const restore = (): ParkedRestore => {
      if (started === undefined) throw new Error('it has not been started');
      return started;
    };
    return {
      restore: async () => {
        started = await destination.park(plan);
        await started.restore();
      },
      resume: () => restore().resume(),
      resumeByHand: '',
      settle: () => restore().settle(),
      discard: async () => started?.discard(),
    };
  },
});
