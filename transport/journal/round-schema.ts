import { z } from 'zod';
import type { StopReason } from '../../engine/model/decision.ts';
import type { DirtyStats } from '../../engine/model/dirty-stats.ts';
import type { Downtime } from '../../engine/model/downtime.ts';
import type { Round } from '../../engine/model/round.ts';
import { type Bytes, bytes, type Millis, millis, type Pages, pages } from '../../engine/model/units.ts';

/** Schemas of rounds, and of the decisions that follow them. */

export const time: z.ZodType<Millis> = z.number().transform(millis);
export const size: z.ZodType<Bytes> = z.number().transform(bytes);
export const pageCount: z.ZodType<Pages> = z.number().transform(pages);

export const dirtyStats: z.ZodType<DirtyStats> = z.object({
  pagesWritten: pageCount,
  pagesSkippedParent: pageCount,
  sharedPagesWritten: pageCount,
  freezing: time,
  frozen: time,
  memoryDump: time,
  memoryWrite: time,
});

export const round: z.ZodType<Round> = z.object({
  index: z.int(),
  dirty: dirtyStats,
  sent: size,
  window: time,
  transfer: time,
  duration: time,
  cap: z.exactOptional(size),
});

export const downtime: z.ZodType<Downtime> = z.object({
  freeze: time,
  dump: time,
  transfer: time,
  fileSync: time,
  // Earlier versions counted the verification as part of the file sync.
  verify: time.default(millis(0)),
  restore: time,
  resume: time,
  total: time,
});

export const stopReason: z.ZodType<StopReason> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('downtime-met'), predicted: time, budget: time }),
  z.object({ kind: z.literal('few-dirty-pages'), dirty: pageCount, threshold: pageCount }),
  z.object({
    kind: z.literal('growing'),
    dirty: pageCount,
    previous: pageCount,
    growth: z.number(),
    threshold: z.number(),
  }),
  z.object({ kind: z.literal('stalled'), rounds: z.int(), best: pageCount, dirty: pageCount }),
  z.object({ kind: z.literal('round-limit'), rounds: z.int(), limit: z.int() }),
  z.object({ kind: z.literal('deadline'), elapsed: time, deadline: time, predicted: time }),
  z.object({ kind: z.literal('asked') }),
]);
