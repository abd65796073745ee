import type { Duplex } from 'node:stream';
import type { Capabilities } from './model/capabilities.ts';
import type { MemorySample } from './model/compression.ts';
import type { DirtyStats } from './model/dirty-stats.ts';
import type { MigrationEvent } from './model/event.ts';
import type { CheckResult, ContainerFacts, HostFacts, PlaceFacts } from './model/facts.ts';
import type { FileRoot } from './model/file-root.ts';
import type { Plan } from './model/plan.ts';
import type { DestinationStanding, SourceStanding } from './model/recovery.ts';
import type { Bytes, Millis } from './model/units.ts';

/** A monotonic clock; the epoch is arbitrary. */
export interface Clock {
  now(): Millis;
  /** Resolves after `duration`, or at once when `signal` is aborted. */
  sleep(duration: Millis, signal?: AbortSignal): Promise<void>;
}

/** Takes every event, in order. Never throws. */
export type EventSink = (event: MigrationEvent) => void;

/** A command is a value: argv, never a shell line. */
export interface Command {
  readonly argv: readonly [string, ...string[]];
  readonly stdin?: string | Uint8Array;
  /** Ended after this long; then `CommandFailed` says so. */
  readonly timeout?: Millis;
}

export interface CommandOutput {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a started command ended. `exitCode` is `undefined` when a signal ended it or the connection was lost. */
export interface CommandExit {
  readonly exitCode: number | undefined;
  /** Last 64 KiB of standard error. */
  readonly stderr: string;
  /** The connection to the host was lost: the command may still run there. */
  readonly lost: boolean;
}

/** A machine we can run commands on. */
export interface Host {
  readonly name: string;
  /**
   * Runs a command to its end. Rejects with `CommandFailed` on a non-zero exit, a time-out or an abort, with
   * `HostUnreachable` when there is no connection to the host and none can be made.
   */
  run(command: Command, signal?: AbortSignal): Promise<CommandOutput>;
  /** Like `run`, but any exit code is an answer. */
  probe(command: Command, signal?: AbortSignal): Promise<CommandOutput>;
  /** Starts a command and leaves it running. Rejects only when it cannot be started. */
  start(command: Command): Promise<RunningCommand>;
  /** Rejects with `CommandFailed` when the file cannot be read. */
  readFile(path: string): Promise<Uint8Array>;
  /** Creates or replaces a file; its mode is set before its content is written. */
  writeFile(path: string, content: string | Uint8Array, mode: number): Promise<void>;
  /** Connects to a unix socket. Rejects with `CommandFailed` when nobody listens there. */
  dial(path: string): Promise<Duplex>;
  /** Ends the connection; commands still running and connections to sockets are ended too. */
  close(): Promise<void>;
}

export interface RunningCommand {
  /** Standard output by lines, without line ends. May be read once. */
  readonly lines: AsyncIterable<string>;
  /** Never rejects. */
  readonly exit: Promise<CommandExit>;
  /** Writes to standard input. */
  write(text: string): void;
  endInput(): void;
  /** Signals the process itself (not its children). Resolves when the signal was sent or the process is gone. */
  kill(signal: 'TERM' | 'KILL'): Promise<void>;
}

/** Where somebody listens for pages. */
export interface PageEndpoint {
  readonly address: string;
  readonly port: number;
}

/** Which set of images: a round by its index, or the final dump. */
export type ImageSet = number | 'final';

/** The host the container runs on. */
export interface Source {
  readonly capabilities: Capabilities;
  host(signal?: AbortSignal): Promise<HostFacts>;
  /** Rejects with `InvalidInput` when there is no such container. */
  container(name: string, signal?: AbortSignal): Promise<ContainerFacts>;
  /**
   * Compresses some of the container's memory, as the connection would, without stopping it. `undefined` where the host cannot,
   * or there is none to be had.
   */
  sampleMemory(plan: Plan): Promise<MemorySample | undefined>;
  /**
   * Makes this migration's directory. Rejects, leaving nothing, when another migration of the container is under way.
   */
  prepare(plan: Plan): Promise<void>;
  /**
   * One pre-dump to `endpoint`. Resolves only when criu says it succeeded and its statistics are fresh. Cannot be
   * aborted, for criu must let go of the tasks itself: stop its page-server or `abandonPages`, and it fails.
   */
  preDump(plan: Plan, round: number, endpoint: PageEndpoint): Promise<DirtyStats>;
  /** Breaks the page connection to `endpoint` on this host, for when the other end cannot be heard. */
  abandonPages(endpoint: PageEndpoint): Promise<void>;
  /** Starts the final dump, whose parent is round `parent` (`undefined`: none). Resolves once it was started. */
  finalDump(plan: Plan, parent: number | undefined, endpoint: PageEndpoint): Promise<FinalDump>;
  /** After a crash: how the container stands. Changes nothing; rejects when the host cannot tell. */
  standing(plan: Plan): Promise<SourceStanding>;
  /** Asks the host itself whether the container's first process is still there. */
  isAlive(plan: Plan): Promise<boolean>;
  /** Lines of criu's last log that show an error. */
  lastErrors(plan: Plan): Promise<readonly string[]>;
  /** Removes whatever the migration made here. Idempotent. `moved`: the container now lives on the destination. */
  release(plan: Plan, moved: boolean): Promise<void>;
}

/** A final dump under way: the tasks are frozen, and stay so until the hand-over or `thaw`. */
export interface FinalDump {
  /** Every task stands still. Rejects when the dump fails before that; the source then runs on. */
  readonly frozen: Promise<void>;
  /** All images are written and criu waits for the verdict. Rejects when the dump fails; the source then runs on. */
  readonly held: Promise<void>;
  /**
   * The hosts finish by themselves, whatever becomes of us: the destination restores; once all its processes exist the
   * source dies, which is the commit; then the destination resumes. Resolves with what became of the source, rejects when
   * that cannot be told.
   */
  handOver(): Promise<'dead' | 'thawed'>;
  /** After `handOver`: the source has heard from the destination that it runs. Rejects when the source ends without. */
  readonly resumed: Promise<void>;
  /** After `handOver`: waits for criu and the runtime to finish, and tells what the dump did. */
  stats(): Promise<DirtyStats>;
  /**
   * Resolves when the source runs again; rejects when that is not certain, or the commit came first. Idempotent; also right
   * when the dump has failed by itself.
   */
  thaw(): Promise<void>;
}

/** The host the container moves to. */
export interface Destination {
  host(signal?: AbortSignal): Promise<HostFacts>;
  place(container: ContainerFacts, signal?: AbortSignal): Promise<PlaceFacts>;
  /**
   * Makes this migration's directory, and with plain runc the bundle and the root filesystem's directories. When it
   * rejects, nothing of that is left.
   */
  prepare(plan: Plan): Promise<void>;
  /** Makes the container, short of its processes, and tells what of the source's files belongs where. */
  create(plan: Plan): Promise<readonly FileRoot[]>;
  /** A page-server listening for one image set whose parent is `parent`. */
  openPageServer(plan: Plan, images: ImageSet, parent: number | undefined): Promise<PageServer>;
  /** Starts all that checking what came over needs, before the freeze. */
  parkVerification(plan: Plan): Promise<ParkedVerification>;
  /** Starts everything of the restore that can be started before the freeze. */
  park(plan: Plan): Promise<ParkedRestore>;
  lastErrors(plan: Plan): Promise<readonly string[]>;
  /** After a crash: what there is of the container. Changes nothing; rejects when the host cannot tell. */
  standing(plan: Plan): Promise<DestinationStanding>;
  /** After a crash: lets a held copy run, as `ParkedRestore` would; resolves when the runtime has taken it over. */
  resumeHeld(plan: Plan): Promise<void>;
  /**
   * After a crash: makes the processes anew from the images of the last dump, which are checked again, and lets them run. Only
   * where neither the source nor any copy can run.
   */
  restoreAgain(plan: Plan): Promise<void>;
  /**
   * Before commit: removes whatever the migration made here, bundle included, and ends first what a crash has left at work.
   * Idempotent.
   */
  discard(plan: Plan): Promise<void>;
  /** After commit: removes images and scripts, keeps the container. Idempotent. */
  release(plan: Plan): Promise<void>;
}

/** A check of what came over that waits until it is there. */
export interface ParkedVerification {
  /**
   * Checks the images of all rounds and the final dump, before criu reads them. Rejects with `InvalidInput` when they are
   * not what they should be. Until it has resolved no hand-over leads to a restore. Once.
   */
  verify(): Promise<Verified>;
  /** Calls it off. Idempotent. */
  discard(): Promise<void>;
}

export interface Verified {
  readonly files: number;
  readonly size: Bytes;
}

export interface PageServer {
  /** As the destination sees it: `Link.carryPages` tells how the source reaches it. */
  readonly endpoint: PageEndpoint;
  /** Called with the page bytes received so far, about once a second. */
  onProgress(listener: (received: Bytes) => void): void;
  /** Everything was received and written. Rejects when the server ended otherwise. */
  readonly finished: Promise<void>;
  /** Ends the server if it still runs. Resolves when it is gone. */
  stop(): Promise<void>;
}

/** A restore that waits for its images. */
export interface ParkedRestore {
  /**
   * All processes exist and stand still: the source has handed over. Rejects when they could not be made; none is left
   * then.
   */
  readonly prepared: Promise<void>;
  /**
   * Lets the processes run, should the source not have done so; resolves when they do. Only ever called when the source
   * can no longer run.
   */
  resume(): Promise<void>;
  /** What a person does on the destination to let the processes run, should nobody else be able to. */
  readonly resumeByHand: string;
  /** After `resume`: resolves when the runtime has taken the container over. */
  settle(): Promise<void>;
  /** Ends the restore at whatever point it is; resolves when no process of it is left. Idempotent. */
  discard(): Promise<void>;
}

export interface FileSync {
  readonly sent: Bytes;
  /** Nothing came or went while it was read: otherwise another sync is needed to have everything. */
  readonly steady: boolean;
}

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

/** A way from the source to one page-server. */
export interface PageWay {
  /** What the source connects to. */
  readonly endpoint: PageEndpoint;
  /** No new connection goes this way. Idempotent. */
  close(): Promise<void>;
}

export interface Shipped {
  readonly sent: Bytes;
}

/** A sync of files that waits until all tasks stand still. */
export interface ParkedFileSync {
  /** Leaves no file different. Once. */
  sync(): Promise<FileSync>;
  /** Calls it off. Idempotent. */
  discard(): Promise<void>;
}

/** A shipment of images that waits until they are there. */
export interface ParkedShipment {
  /** Ships every image of the final dump but memory. Resolves when the destination has them all. */
  ship(): Promise<Shipped>;
  /** Calls it off. Idempotent. */
  discard(): Promise<void>;
}

/** How long something may be silent before it counts as broken. */
export interface Patience {
  /** A round that receives nothing for this long has failed. */
  readonly stall: Millis;
}
