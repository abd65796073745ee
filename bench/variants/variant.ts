import type { Host } from '../../engine/ports/host.ts';
import type { Server } from '../containers/server.ts';
import type { GapPart } from '../model/run-record.ts';
import type { Span } from '../probe/client-record.ts';

/** Where a variant is tried: two hosts that are reached from here. */
export interface Scene {
  readonly a: Host;
  readonly b: Host;
  /** Of b, as a reaches it. */
  readonly address: string;
  readonly sshConfig: string;
  /** The precopy to measure, as a command. */
  readonly precopy: readonly [string, ...string[]];
}

/** One way to bring a container from host a to host b. */
export interface Variant {
  readonly name: string;
  /** Where the container is in the end; the floor goes nowhere. */
  readonly endsOn: 'a' | 'b';
  /** What the hosts need for it; asked for before every run, and done once. */
  setUp(scene: Scene): Promise<void>;
  start(scene: Scene, server: Server): Promise<void>;
  /** Rejects when the container is not where it should be. */
  migrate(scene: Scene, server: Server, options: readonly string[]): Promise<Migrated>;
  /** Leaves nothing of it on either host, whatever became of it. */
  remove(scene: Scene): Promise<void>;
}

/** What the tool itself says of its run. */
export interface Migrated {
  readonly downtime?: number;
  readonly report?: Readonly<Record<string, unknown>>;
  /** What the gap was made of, given when it was and how long the client took of it to connect again. */
  parts(gap: Span, connecting: number): readonly GapPart[];
}

export const CONTAINER = 'bench';
