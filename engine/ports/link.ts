import type { CheckResult } from '../model/facts.ts';
import type { FileRoot } from '../model/file-root.ts';
import type { Plan } from '../model/plan.ts';
import type { Bytes } from '../model/units.ts';
import type { PageEndpoint, PageWay } from './pages.ts';

/** The way from source to destination, for files and, as the plan says, for pages. */
export interface Link {
  /** Can the source reach the destination's address? Changes nothing. */
  check(address: string, signal?: AbortSignal): Promise<CheckResult>;
  /**
   * Opens the connection that later syncs use, so that none is made while the container is frozen. It compresses where the
   * plan says so already.
   */
  open(plan: Plan, signal: AbortSignal): Promise<void>;
  /** Bytes a second that it carries, of what is not compressed. It takes about a second, and as much of the link as there is. */
  measure(plan: Plan): Promise<Bytes>;
  /** Opens it anew, to compress what it carries. Only while nothing uses it. */
  compress(plan: Plan, signal: AbortSignal): Promise<void>;
  /** Bytes that it has put on the wire since it was opened last, less those of measuring it. */
  carried(plan: Plan): Promise<Bytes>;
  /** Brings the container's image over, but for layers that are there. */
  shipImage(plan: Plan, signal?: AbortSignal): Promise<Shipped>;
  /** Brings the destination's files to the source's state: `first` all of them, `changes` those that may change. */
  syncFiles(
    plan: Plan,
    roots: readonly FileRoot[],
    when: 'first' | 'changes',
    signal?: AbortSignal,
  ): Promise<FileSync>;
  /** Starts all that the sync of a container whose tasks stand still needs. No other sync may end after this begins. */
  parkFileSync(plan: Plan, roots: readonly FileRoot[]): Promise<ParkedFileSync>;
  /**
   * Makes the way to a page-server, before anything is frozen for it. What it gives is taken by whoever connects first, so
   * pages have gone only when both ends say so.
   */
  carryPages(plan: Plan, server: PageEndpoint): Promise<PageWay>;
  /**
   * No more than so many bytes a second leave for the destination from now on, headers included; `undefined`: as fast as
   * it goes. Once it is open. Rejects when that cannot be had.
   */
  limit(plan: Plan, rate: Bytes | undefined): Promise<void>;
  /** Starts all that shipping the final dump's small images needs, before the freeze. */
  parkShipment(plan: Plan): Promise<ParkedShipment>;
  /** Ends the connection, takes back the key. Idempotent. */
  close(): Promise<void>;
  /**
   * After a crash, once it is certain where the container runs: on the source ends the connection and whoever works with
   * it, on the destination takes back the key. Idempotent.
   */
  clear(plan: Plan, side: 'source' | 'destination'): Promise<void>;
}

export interface FileSync {
  readonly sent: Bytes;
  /** Nothing came or went while it was read: otherwise another sync is needed to have everything. */
  readonly steady: boolean;
}

/** A sync of files that waits until all tasks stand still. */
export interface ParkedFileSync {
  /** Leaves no file different. Once. */
  sync(): Promise<FileSync>;
  /** Calls it off. Idempotent. */
  discard(): Promise<void>;
}

export interface Shipped {
  readonly sent: Bytes;
}

/** A shipment of images that waits until they are there. */
export interface ParkedShipment {
  /** Ships every image of the final dump but memory. Resolves when the destination has them all. */
  ship(): Promise<Shipped>;
  /** Calls it off. Idempotent. */
  discard(): Promise<void>;
}
