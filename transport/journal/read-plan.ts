import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { InvalidInput } from '../../engine/model/errors.ts';
import type { Plan } from '../../engine/model/plan.ts';
import { jsonOf } from '../door/json.ts';
import { journalPath } from './place.ts';
import { planSchema } from './plan-schema.ts';

const Line: z.ZodType<{ kind?: string | undefined; plan?: unknown }> = z.object({
  kind: z.string().optional(),
  plan: z.unknown(),
});

/** The whole plan of a journal. Rejects with `InvalidInput` where it lacks something that this version needs of it. */
export const readPlan = async (directory: string, migration: string): Promise<Plan> => {
  const path = journalPath(directory, migration);
  const lines = (await readFile(path, 'utf8')).split('\n').slice(0, -1);
  const byHand = 'clear it up by hand: docs/what-if.md, "By hand"';
  const planned = lines
    .map((line) => Line.safeParse(jsonOf(line)).data)
    .find((each) => each?.kind === 'planned');
  if (planned === undefined) throw new InvalidInput(`${path} holds no plan; ${byHand}`);
  const { success, data, error } = planSchema.safeParse(planned.plan);
  if (success) return data;
  const [issue] = error.issues;
  const lacks = `the plan in ${path} is of another version of precopy (${issue?.path.join('.')}: ${issue?.message})`;
  throw new InvalidInput(`${lacks}; recover it with that version, or ${byHand}`);
};
