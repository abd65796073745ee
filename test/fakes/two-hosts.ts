import type { DirtyStats } from '../../engine/model/dirty-stats.ts';
import { InvalidInput } from '../../engine/model/errors.ts';
import type { Plan } from '../../engine/model/plan.ts';
import { bytes, type Millis, millis, pages } from '../../engine/model/units.ts';
import type { Clock } from '../../engine/ports/clock.ts';
import type { ParkedRestore } from '../../engine/ports/destination.ts';
import type { ImageSet, PageEndpoint } from '../../engine/ports/pages.ts';
import type { FinalDump } from '../../engine/ports/source.ts';
import type { MigrationPorts } from '../../engine/run/migration.ts';
import { container, host, place } from './facts.ts';

/** Two hosts in memory with one container, for the engine's own tests. They fail where they are told to. */
export interface TwoHosts {
  readonly ports: MigrationPorts;
  readonly clock: Clock;
  /** The container's processes on either side. */
  source: 'running' | 'frozen' | 'dead';
  destination: 'absent' | 'stopped' | 'running';
  /** Directories, keys and processes that a migration made and has not removed. */
  readonly leftOnSource: Set<string>;
  readonly leftOnDestination: Set<string>;
  /** Every call, in order. */
  readonly calls: string[];
  /** Every sleep, with what may wake it. */
  readonly sleeps: { readonly duration: Millis; readonly signal: AbortSignal | undefined }[];
  /** The most copies that ever ran at once. */
  mostRunning: number;
}

interface Behaviour {
  /** How many frozen syncs meet something that comes or goes; none. */
  readonly unsteady?: number;
  /** Bytes a second that the link carries; the memory compresses to a quarter, at 100 MB/s. */
  readonly linkRate?: number;
  /** Whether memory can be looked at. */
  readonly sampled?: boolean;
  /** Pages each round finds dirty; the last repeats. */
  readonly dirty?: readonly number[];
  /** Called at the start of each call; may throw, wait or abort. */
  readonly at?: (call: string) => Promise<void> | void;
}

export const twoHosts = ({
  dirty = [20_000, 500, 100, 20],
  unsteady = 0,
  linkRate = 10e6,
  sampled = true,
  at = () => {},
}: Behaviour = {}): TwoHosts => {
  let now = 0;
  const clock: Clock = {
    now: () => {
      now += 1;
      return millis(now);
    },
    sleep: async (duration: Millis, signal?: AbortSignal) => {
      world.sleeps.push({ duration, signal });
      now += duration;
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
  const world: TwoHosts = {
    source: 'running',
    destination: 'absent',
    leftOnSource: new Set(),
    leftOnDestination: new Set(),
    calls: [],
    sleeps: [],
    mostRunning: 1,
    clock,
    ports: {
      clock,
      patience: { stall: millis(10_000) },
      ...portsOf(() => world, dirty, unsteady, { linkRate, sampled }, at),
    },
  };
  return world;
};

interface Deferred {
  readonly promise: Promise<void>;
  resolve(): void;
  reject(cause: unknown): void;
}

const deferred = (): Deferred => {
  let resolve = (): void => {};
  let reject = (_: unknown): void => {};
  const promise = new Promise<void>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  promise.catch(() => {});
  return { promise, resolve, reject };
};

/** The source cannot reach a page-server but by the way that was made. */
const expectHere = (address: string): void => {
  if (address !== 'here') throw new Error(`there is no way to ${address}`);
};

const portsOf = (
  world: () => TwoHosts,
  dirty: readonly number[],
  unsteady: number,
  { linkRate, sampled }: { readonly linkRate: number; readonly sampled: boolean },
  at: (call: string) => Promise<void> | void,
): Pick<MigrationPorts, 'source' | 'destination' | 'link'> => {
  const call = async (name: string): Promise<void> => {
    world().calls.push(name);
    await at(name);
  };
  let frozenSyncs = 0;
  /** Tells a page-server whether it got everything. */
  const endOf = new Map<ImageSet, (whole: boolean) => void>();
  const look = (): void => {
    const running = [world().source === 'running', world().destination === 'running'].filter(Boolean).length;
    world().mostRunning = Math.max(world().mostRunning, running);
  };
  const stats = (round: number): DirtyStats => ({
    pagesWritten: pages(dirty[Math.min(round, dirty.length - 1)] ?? 0),
    pagesSkippedParent: pages(0),
    sharedPagesWritten: pages(0),
    freezing: millis(1),
    frozen: millis(2),
    memoryDump: millis(1),
    memoryWrite: millis(5),
  });
  const setSource = (state: TwoHosts['source']): void => {
    world().source = state;
    look();
  };
  const setDestination = (state: TwoHosts['destination']): void => {
    world().destination = state;
    look();
  };

  /** Of the restore that is parked. */
  let restored = deferred();
  let shipped = false;
  const finalDump = async (
    _: Plan,
    parent: number | undefined,
    { address }: PageEndpoint,
  ): Promise<FinalDump> => {
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
        if (!shipped) throw new Error('there are no images');
        setDestination('stopped');
        restored.resolve();
      } catch (cause) {
        setSource('running');
        restored.reject(cause);
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

  const park = async (): Promise<ParkedRestore> => {
    await call('destination.park');
    restored = deferred();
    const { promise: prepared } = restored;
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
    source: {
      capabilities: { preDump: true, parkedRestore: true, attachesNetwork: false },
      host: async () => host('here'),
      container: async (name) => {
        if (name !== container().id) throw new InvalidInput(`there is no container ${name}`);
        return container();
      },
      sampleMemory: async () => {
        await call('source.sampleMemory');
        return !sampled ? undefined : { size: bytes(2e6), compressed: bytes(5e5), took: millis(20) };
      },
      prepare: async () => {
        await call('source.prepare');
        if (world().leftOnSource.has('directory')) throw new InvalidInput('another migration is under way');
        world().leftOnSource.add('directory');
      },
      preDump: async (_, round, { address }) => {
        expectHere(address);
        await call('source.preDump');
        endOf.get(round)?.(true);
        return stats(round);
      },
      abandonPages: async () => {
        await call('source.abandonPages');
      },
      finalDump,
      standing: async () => {
        await call('source.standing');
        return ({ running: 'runs', frozen: 'frozen', dead: 'dead' } as const)[world().source];
      },
      isAlive: async () => {
        await call('source.isAlive');
        return world().source !== 'dead';
      },
      lastErrors: async () => [],
      release: async () => {
        world().calls.push('source.release');
        world().leftOnSource.clear();
      },
    },
    destination: {
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
          endOf.set(images, (whole) =>
            whole ? resolve() : reject(new Error('the page-server was stopped')),
          );
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
        if (destination !== 'absent') return destination === 'running' ? 'running' : 'held';
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
    },
    link: {
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
            shipped = true;
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
    },
  };
};
