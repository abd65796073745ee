import type { Compression } from './compression.ts';
import type { StopReason } from './decision.ts';
import type { Downtime, DowntimeEstimate } from './downtime.ts';
import type { Finding } from './finding.ts';
import type { PageChannel } from './pages.ts';
import type { Phase } from './phase.ts';
import type { Policy } from './policy.ts';
import type { Round } from './round.ts';
import type { Bytes, Millis } from './units.ts';

/**
 * Where the container is. `rolled-back`, `gave-up`: on the source, as before. `ended`: it ended by itself on the source
 * while being migrated. `in-doubt`: nobody can tell; both sides keep what they have.
 */
export type Outcome = 'migrated' | 'rolled-back' | 'gave-up' | 'ended' | 'in-doubt';

/** What was done and measured: a fold of the events. `version` changes when a field changes meaning or goes. */
export interface Report {
  readonly version: 1;
  readonly migration: string;
  readonly container: string;
  readonly from: string;
  readonly to: string;
  readonly outcome: Outcome;
  /** As it was at the end. */
  readonly policy: Policy;
  /** What was changed of it on the way, and when, since the beginning. */
  readonly changes?: readonly { readonly at: Millis; readonly from: Policy; readonly to: Policy }[];
  /** How pages went. */
  readonly pageChannel?: PageChannel;
  readonly findings: readonly Finding[];
  readonly rounds: readonly Round[];
  readonly stop?: StopReason;
  readonly predicted?: DowntimeEstimate;
  readonly measured?: Downtime;
  readonly resident: Bytes;
  /** What was decided about compression, and why. */
  readonly compression?: Compression;
  /** Page bytes: rounds and final dump. */
  readonly pageBytes: Bytes;
  /** File bytes: rootfs syncs and small images. */
  readonly fileBytes: Bytes;
  /** What the connection that carried both had on the wire; absent where not all went over it, or nobody could be asked. */
  readonly wireBytes?: Bytes;
  readonly total: Millis;
  /** What could not be cleaned up: `precopy recover` does it once the hosts answer. */
  readonly remains?: readonly string[];
  readonly failure?: { readonly phase: Phase; readonly message: string; readonly detail: readonly string[] };
}
