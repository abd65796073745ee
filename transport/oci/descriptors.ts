import { z } from 'zod';
import { jsonOf } from '../door/json.ts';

/** A path in the container, or a pipe, socket or anonymous inode, which the restore replaces. */
const target = /^(?:\/[^\0]*|(?:pipe|socket|anon_inode):\[\w+\])$/;

const Descriptors: z.ZodType<readonly string[]> = z.array(z.string().max(4096).regex(target)).length(3);

/**
 * Returns what is wrong with `descriptors.json`, the file in which runc keeps where the first three
 * descriptors led. Returns `undefined` when nothing is wrong.
 */
export const descriptorsProblem = (text: string): string | undefined => {
  const value = jsonOf(text);
  if (value === undefined) return 'is not JSON';
  return Descriptors.safeParse(value).success ? undefined : 'does not say where three descriptors lead';
};
