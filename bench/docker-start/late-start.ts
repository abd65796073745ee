import type { Destination, ParkedRestore } from '../../engine/ports/destination.ts';

/** The same destination, but nothing is started before the images are there: what parking is measured against. */
export const lateStart = (destination: Destination): Destination => ({
  ...destination,
  park: async (plan): Promise<ParkedRestore> => {
    let started: Promise<ParkedRestore> | undefined;
    const start = (): Promise<ParkedRestore> => {
      started ??= destination.park(plan);
      return started;
    };
    return {
      // Asked for when the source hands over; until then nobody reads what it says.
      get prepared() {
        return start().then(({ prepared }) => prepared);
      },
      resume: async () => (await start()).resume(),
      resumeByHand: '',
      settle: async () => (await start()).settle(),
      discard: async () => (await started)?.discard(),
    };
  },
});
