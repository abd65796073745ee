import { z } from 'zod';
import type { Plan } from '../../engine/model/plan.ts';
import { jsonOf } from '../door/json.ts';

const Marker: z.ZodType<{ readonly container: string }> = z.object({ container: z.string() });

/**
 * The file that marks a bundle on the source after its container has moved away. When the container comes
 * back, only a marked bundle may be overwritten: its files are old copies of the container's own.
 */
export const departureMarker = {
  name: '.precopy-moved.json',
  text: (plan: Plan): string =>
    `${JSON.stringify({ container: plan.container.id, migration: plan.migration, to: plan.to })}\n`,
  /** Returns whether the text is the marker of this container. */
  isOf: (container: string, text: string): boolean =>
    Marker.safeParse(jsonOf(text)).data?.container === container,
} as const;
