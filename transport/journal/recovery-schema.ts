import { z } from 'zod';
import {
  type DestinationStanding,
  destinationStandings,
  type RecoveryDecision,
  recoveryDecisions,
  type SourceStanding,
  sourceStandings,
} from '../../engine/model/recovery.ts';

/** Schemas of what a recovery found and decided. */

export const sourceStandingSchema: z.ZodType<SourceStanding> = z.enum(sourceStandings);
export const destinationStandingSchema: z.ZodType<DestinationStanding> = z.enum(destinationStandings);
export const recoveryDecisionSchema: z.ZodType<RecoveryDecision> = z.enum(recoveryDecisions);
