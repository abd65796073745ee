import { z } from 'zod';
import type { JournalHeader, Reached } from '../../engine/model/journal.ts';

const reached: z.ZodType<Reached> = z.object({
  local: z.boolean(),
  sshConfig: z.exactOptional(z.string()),
  sudo: z.exactOptional(z.boolean()),
  runcRoot: z.string(),
});

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
  reached: z.exactOptional(reached),
  startedAt: z.iso.datetime(),
});
