import type { ContainerFacts, HostFacts, PlaceFacts } from '../model/facts.ts';
import type { FileRoot } from '../model/file-root.ts';
import type { Plan } from '../model/plan.ts';
import type { DestinationStanding } from '../model/recovery.ts';
import type { Bytes } from '../model/units.ts';
import type { ImageSet, PageServer } from './pages.ts';

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
   * Checks the images of a pre-dump that has come whole, so that at the cut-over only the last dump is left to check. In the order of
   * the rounds, one at a time. Rejects with `InvalidInput` when they are not what they should be.
   */
  verifyRound(round: number): Promise<void>;
  /**
   * Checks the images of the final dump, and of every round that was not checked or has changed since, before criu reads them. Rejects with `InvalidInput` when they are
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
