import type { DirtyStats } from '../../engine/model/dirty-stats.ts';
import { millis, pages } from '../../engine/model/units.ts';
import type { ImageSet } from '../../engine/ports/pages.ts';
import { type Deferred, deferred } from './deferred.ts';
import type { Behaviour, TwoHosts } from './two-hosts.ts';

/** What the fakes of the two hosts and of the link between them share. */
export interface Stage {
  world(): TwoHosts;
  /** Notes the call, and lets it fail or wait where it is told to. */
  call(name: string): Promise<void>;
  setSource(state: TwoHosts['source']): void;
  setDestination(state: TwoHosts['destination']): void;
  /** What a round, or the dump after all of them, finds dirty. */
  stats(round: number): DirtyStats;
  /** Tells a page-server whether it got everything. */
  readonly endOf: Map<ImageSet, (whole: boolean) => void>;
  readonly parked: {
    /** Of the restore that is parked. */
    restored: Deferred;
    /** Whether the images are there. */
    shipped: boolean;
  };
}

type Told = Required<Pick<Behaviour, 'dirty' | 'at'>>;

export const makeStage = (world: () => TwoHosts, { dirty, at }: Told): Stage => {
  const look = (): void => {
    const running = [world().source === 'running', world().destination === 'running'].filter(Boolean).length;
    world().mostRunning = Math.max(world().mostRunning, running);
  };
  const setSource = (state: TwoHosts['source']): void => {
    world().source = state;
    look();
  };
  const setDestination = (state: TwoHosts['destination']): void => {
    world().destination = state;
    look();
  };
  return {
    world,
    call: async (name) => {
      world().calls.push(name);
      await at(name);
    },
    setSource,
    setDestination,
    stats: (round) => ({
      pagesWritten: pages(dirty[Math.min(round, dirty.length - 1)] ?? 0),
      pagesSkippedParent: pages(0),
      sharedPagesWritten: pages(0),
      freezing: millis(1),
      frozen: millis(2),
      memoryDump: millis(1),
      memoryWrite: millis(5),
    }),
    endOf: new Map(),
    parked: { restored: deferred(), shipped: false },
  };
};
