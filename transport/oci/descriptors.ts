import { z } from 'zod';
import { jsonOf } from '../door/json.ts';

/** A path of the container, or what it cannot open again and is given anew. */
const target = /^(?:\/[^\0]*|(?:pipe|socket|anon_inode):\[\w+\])$/;

const Descriptors: z.ZodType<readonly string[]> = z.array(z.string().max(4096).regex(target)).length(3);

/** What is wrong with `descriptors.json`, in which runc keeps where the first three descriptors led. */
export const descriptorsProblem = (text: string): string | undefined => {
  const value = jsonOf(text);
  if (value === undefined) return 'is not JSON';
  return Descriptors.safeParse(value).success ? undefined : 'does not say where three descriptors lead';
};
