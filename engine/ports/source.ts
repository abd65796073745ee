import type { MemorySample } from '../model/compression.ts';
import type { DirtyStats } from '../model/dirty-stats.ts';
import type { ContainerFacts, HostFacts } from '../model/facts.ts';
import type { Plan } from '../model/plan.ts';
import type { SourceStanding } from '../model/recovery.ts';
import type { PageEndpoint } from './pages.ts';

/** The host the container runs on. */
export interface Source {
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
   * aborted, for criu should let go of the tasks itself: stop its page-server or `abandonPages`, and it fails. `endDump` is for when it
   * does not.
   */
  preDump(plan: Plan, round: number, endpoint: PageEndpoint): Promise<DirtyStats>;
  /** Breaks the page connection to `endpoint` on this host, for when the other end cannot be heard. */
  abandonPages(endpoint: PageEndpoint): Promise<void>;
  /** Kills the criu of a pre-dump that hangs. Rejects when there is none. */
  endDump(plan: Plan): Promise<void>;
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
