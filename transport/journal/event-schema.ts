import { z } from 'zod';
import type { Decision } from '../../engine/model/decision.ts';
import type { RecordedEvent } from '../../engine/model/event.ts';
import type { Finding } from '../../engine/model/finding.ts';
import type { PageChannel } from '../../engine/model/pages.ts';
import type { Phase } from '../../engine/model/phase.ts';
import type { PlanSummary } from '../../engine/model/plan.ts';
import type { Policy } from '../../engine/model/policy.ts';
import { compression } from './compression-schema.ts';
import {
  destinationStandingSchema,
  recoveryDecisionSchema,
  sourceStandingSchema,
} from './recovery-schema.ts';
import { dirtyStats, downtime, pageCount, round, size, stopReason, time } from './round-schema.ts';

const phase: z.ZodType<Phase> = z.enum([
  'planned',
  'preflight',
  'pre-copy',
  'frozen',
  'restoring',
  'committed',
  'done',
  'rolling-back',
  'rolled-back',
]);

export const policy: z.ZodType<Policy> = z.object({
  maxRounds: z.number(),
  minDirtyPages: pageCount,
  maxGrowth: z.number(),
  maxDowntime: z.exactOptional(time),
  deadline: z.exactOptional(time),
  onDeadline: z.enum(['cut-over', 'give-up']),
  maxBandwidth: z.exactOptional(size),
  maxBandwidthFrozen: z.exactOptional(size),
});

export const finding: z.ZodType<Finding> = z.object({
  severity: z.enum(['error', 'warning', 'note']),
  code: z.string(),
  message: z.string(),
  remedy: z.exactOptional(z.string()),
});

export const pageChannel: z.ZodType<PageChannel> = z.enum(['ssh', 'tls', 'plain']);
/** Versions without the choice used plain, and their plans have no field for the channel. */
const earlierPages: { readonly channel: PageChannel } = { channel: 'plain' };

/** A journal has the whole plan. Only the fields that are shown are checked and read here. */
const plan: z.ZodType<PlanSummary> = z.object({
  migration: z.string(),
  from: z.string(),
  to: z.string(),
  policy,
  pages: z.object({ channel: pageChannel }).default(earlierPages),
  findings: z.array(finding),
  container: z.object({
    id: z.string(),
    docker: z.object({ name: z.string() }).optional(),
    memory: z.object({ resident: size }),
  }),
});

const decision: z.ZodType<Decision> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('another-round'), estimate: downtime }),
  z.object({ kind: z.literal('cut-over'), reason: stopReason, estimate: downtime }),
  z.object({ kind: z.literal('give-up'), reason: stopReason, estimate: downtime }),
]);

const at = time;
const sent = { sent: size, took: time };

export const eventSchema: z.ZodType<RecordedEvent> = z.discriminatedUnion('kind', [
  z.object({ at, kind: z.literal('planned'), plan }),
  z.object({ at, kind: z.literal('phase'), from: phase, to: phase }),
  z.object({ at, kind: z.literal('files-synced'), when: z.enum(['first', 'round', 'frozen']), ...sent }),
  z.object({ at, kind: z.literal('compression-decided'), compression }),
  z.object({ at, kind: z.literal('image-shipped'), ...sent }),
  z.object({ at, kind: z.literal('round-started'), index: z.int() }),
  z.object({
    at,
    kind: z.literal('round-progress'),
    index: z.union([z.int(), z.literal('final')]),
    received: size,
  }),
  z.object({ at, kind: z.literal('round-finished'), round }),
  z.object({ at, kind: z.literal('decided'), decision }),
  z.object({ at, kind: z.literal('images-shipped'), ...sent }),
  z.object({ at, kind: z.literal('images-verified'), files: z.int(), size, took: time }),
  z.object({ at, kind: z.literal('final-dumped'), dirty: dirtyStats }),
  z.object({ at, kind: z.literal('downtime'), downtime }),
  z.object({ at, kind: z.literal('carried'), wire: size }),
  z.object({ at, kind: z.literal('policy-changed'), request: z.string(), from: policy, to: policy }),
  z.object({ at, kind: z.literal('change-refused'), request: z.string(), why: z.string() }),
  z.object({ at, kind: z.literal('interrupted') }),
  z.object({ at, kind: z.literal('rolling-back'), why: z.string() }),
  z.object({ at, kind: z.literal('warning'), message: z.string() }),
  z.object({ at, kind: z.literal('failed'), phase, message: z.string(), detail: z.array(z.string()) }),
  z.object({
    at,
    kind: z.literal('recovery'),
    source: sourceStandingSchema,
    destination: destinationStandingSchema,
    decision: recoveryDecisionSchema,
  }),
  z.object({
    at,
    kind: z.literal('finished'),
    outcome: z.enum(['migrated', 'rolled-back', 'gave-up', 'ended', 'in-doubt']),
    remains: z.array(z.string()).optional(),
  }),
]);
