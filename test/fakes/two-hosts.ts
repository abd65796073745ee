import { type Millis, millis } from '../../engine/model/units.ts';
import type { Clock } from '../../engine/ports/clock.ts';
import type { MigrationPorts } from '../../engine/run/migration.ts';
import { fakeDestination } from './fake-destination.ts';
import { fakeLink } from './fake-link.ts';
import { fakeSource } from './fake-source.ts';
import { makeStage } from './stage.ts';

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

export interface Behaviour {
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
  const stage = makeStage(() => world, { dirty, at });
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
      source: fakeSource(stage, sampled),
      destination: fakeDestination(stage),
      link: fakeLink(stage, { unsteady, linkRate }),
    },
  };
  return world;
};
