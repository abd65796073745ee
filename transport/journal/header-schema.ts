import { z } from 'zod';
import type { JournalHeader } from '../../engine/model/journal.ts';

export const headerSchema: z.ZodType<JournalHeader> = z.object({
  version: z.literal(1),
  migration: z.string(),
  container: z.string(),
  containerId: z.string(),
  from: z.string(),
  to: z.string(),
  controller: z.object({
    host: z.string(),
    pid: z.int().positive(),
    startTime: z.string(),
    boot: z.string(),
  }),
  startedAt: z.iso.datetime(),
});
