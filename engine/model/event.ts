import type { Compression } from './compression.ts';
import type { Decision } from './decision.ts';
import type { DirtyStats } from './dirty-stats.ts';
import type { Downtime } from './downtime.ts';
import type { Phase } from './phase.ts';
import type { Plan, PlanSummary } from './plan.ts';
import type { Policy } from './policy.ts';
import type { DestinationStanding, RecoveryDecision, SourceStanding } from './recovery.ts';
import type { Outcome } from './report.ts';
import type { Round } from './round.ts';
import type { Bytes, Millis } from './units.ts';

/** The one stream of a migration: journal, progress, log and report are folds or subscribers of it. */
export type MigrationEvent = { readonly at: Millis } & MigrationEventBody;

export type MigrationEventBody =
  | { readonly kind: 'planned'; readonly plan: Plan }
  | { readonly kind: 'phase'; readonly from: Phase; readonly to: Phase }
  | {
      readonly kind: 'files-synced';
      readonly when: 'first' | 'round' | 'frozen';
      readonly sent: Bytes;
      readonly took: Millis;
    }
  | { readonly kind: 'compression-decided'; readonly compression: Compression }
  | { readonly kind: 'image-shipped'; readonly sent: Bytes; readonly took: Millis }
  | { readonly kind: 'round-started'; readonly index: number }
  | { readonly kind: 'round-progress'; readonly index: number | 'final'; readonly received: Bytes }
  | { readonly kind: 'round-finished'; readonly round: Round }
  | { readonly kind: 'decided'; readonly decision: Decision }
  | { readonly kind: 'images-shipped'; readonly sent: Bytes; readonly took: Millis }
  | { readonly kind: 'images-verified'; readonly files: number; readonly size: Bytes; readonly took: Millis }
  | { readonly kind: 'final-dumped'; readonly dirty: DirtyStats }
  | { readonly kind: 'downtime'; readonly downtime: Downtime }
  /** All that the connection between the hosts has carried, as it was on the wire. */
  | { readonly kind: 'carried'; readonly wire: Bytes }
  | { readonly kind: 'policy-changed'; readonly request: string; readonly from: Policy; readonly to: Policy }
  | { readonly kind: 'change-refused'; readonly request: string; readonly why: string }
  | { readonly kind: 'interrupted' }
  | { readonly kind: 'rolling-back'; readonly why: string }
  | { readonly kind: 'warning'; readonly message: string }
  | {
      readonly kind: 'failed';
      readonly phase: Phase;
      readonly message: string;
      readonly detail: readonly string[];
    }
  | {
      /** Written by a later process, after the migration's own events; its time counts on from theirs. */
      readonly kind: 'recovery';
      readonly source: SourceStanding;
      readonly destination: DestinationStanding;
      readonly decision: RecoveryDecision;
    }
  | {
      readonly kind: 'finished';
      readonly outcome: Outcome;
      /** What could not be cleaned up, and is to be tried again. */
      readonly remains?: readonly string[] | undefined;
    };

/** An event as it is read back from a journal: of the plan only what is shown. Every `MigrationEvent` is one. */
export type RecordedEvent =
  | Exclude<MigrationEvent, { readonly kind: 'planned' }>
  | { readonly at: Millis; readonly kind: 'planned'; readonly plan: PlanSummary };
