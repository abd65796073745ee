import { z } from 'zod';
import type { Compression, CompressionPlan, CompressionReason } from '../../engine/model/compression.ts';
import { size } from './round-schema.ts';

const reason: z.ZodType<CompressionReason> = z.discriminatedUnion('kind', [
  z.object({ kind: z.enum(['asked', 'elsewhere', 'refused', 'little', 'unknown']) }),
  z.object({
    kind: z.literal('measured'),
    link: size,
    capped: z.boolean(),
    speed: size,
    ratio: z.number(),
  }),
]);

export const compression: z.ZodType<Compression> = z.object({ kind: z.enum(['zlib', 'none']), reason });

export const compressionPlan: z.ZodType<CompressionPlan> = z.union([
  compression,
  z.object({ kind: z.literal('to-be-measured') }),
]);

/** Of a plan from before there was a choice. */
export const formerCompression: Compression = { kind: 'none', reason: { kind: 'asked' } };
