import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { InvalidInput, messageOf } from '../../engine/model/errors.ts';
import type { DirtyProfile } from '../../engine/model/profile.ts';
import { millis, pages } from '../../engine/model/units.ts';
import { jsonOf } from '../door/json.ts';
import { memory } from '../journal/plan-schema.ts';

/** A profile as it is written. `version` changes when a field changes its meaning or is removed. */
export type StoredProfile = DirtyProfile & { readonly version: 1 };

const amount = z.number().nonnegative();

const schema: z.ZodType<StoredProfile> = z.object({
  version: z.literal(1),
  // The name becomes part of a command line that people paste into a shell.
  container: z.string().regex(/^[\w+.][\w+.-]*$/),
  from: z.string(),
  takenAt: z.iso.datetime(),
  memory,
  privatePages: amount.transform(pages),
  windows: z
    .array(z.object({ window: z.number().positive().transform(millis), dirty: amount.transform(pages) }))
    .min(1),
});

export const storedProfile = (profile: DirtyProfile): StoredProfile => ({ version: 1, ...profile });

/**
 * Reads a profile that `precopy profile --json` or `--out` wrote. Rejects with `InvalidInput` for any other
 * file.
 */
export const readProfile = async (path: string): Promise<DirtyProfile> => {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new InvalidInput(messageOf(cause), { cause });
  });
  return parseProfile(path, text);
};

export const parseProfile = (path: string, text: string): DirtyProfile => {
  const { success, data, error } = schema.safeParse(jsonOf(text));
  if (!success) {
    const [issue] = error.issues;
    const where = issue === undefined ? '' : `: ${[...issue.path, issue.message].join(' ')}`;
    throw new InvalidInput(`${path} is not a profile of this version of precopy${where}`);
  }
  const { version: _, ...profile } = data;
  return profile;
};
