import { z } from 'zod';
import type { Plan } from '../../engine/model/plan.ts';
import { jsonOf } from '../door/json.ts';

const Marker: z.ZodType<{ readonly container: string }> = z.object({ container: z.string() });

/**
 * Lies in a bundle whose container has moved away. Only such a bundle may be overwritten when the container comes back:
 * its files are old copies of the container's own.
 */
export const departureMarker = {
  name: '.precopy-moved.json',
  text: (plan: Plan): string =>
    `${JSON.stringify({ container: plan.container.id, migration: plan.migration, to: plan.to })}\n`,
  /** Is this the marker of that container? */
  isOf: (container: string, text: string): boolean =>
    Marker.safeParse(jsonOf(text)).data?.container === container,
} as const;
