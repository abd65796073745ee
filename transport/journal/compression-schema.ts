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

/** The compression of a plan from a version without the choice. */
export const earlierCompression: Compression = { kind: 'none', reason: { kind: 'asked' } };
