import { z } from 'zod';
import type { DestinationStanding, RecoveryDecision, SourceStanding } from '../../engine/model/recovery.ts';

/** Schemas of what a recovery found and decided. */

export const sourceStandingSchema: z.ZodType<SourceStanding> = z.enum([
  'runs',
  'anew',
  'frozen',
  'dead',
  'ended',
  'gone',
  'rebooted',
  'taken',
  'unreachable',
]);

export const destinationStandingSchema: z.ZodType<DestinationStanding> = z.enum([
  'nothing',
  'files',
  'images',
  'parked',
  'restoring',
  'held',
  'running',
  'cut-off',
  'over',
  'other',
  'taken',
  'unreachable',
]);

export const recoveryDecisionSchema: z.ZodType<RecoveryDecision> = z.enum([
  'finish',
  'resume',
  'restore-again',
  'roll-back',
  'lost',
  'wait',
  'in-doubt',
  'leave',
]);
