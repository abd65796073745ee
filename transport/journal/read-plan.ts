import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { InvalidInput } from '../../engine/model/errors.ts';
import type { Plan } from '../../engine/model/plan.ts';
import { jsonOf } from '../door/json.ts';
import { journalPath } from './journal-path.ts';
import { planSchema } from './plan-schema.ts';

const Line: z.ZodType<{ kind?: string | undefined; plan?: unknown }> = z.object({
  kind: z.string().optional(),
  plan: z.unknown(),
});

/** Reads the whole plan. Rejects with `InvalidInput` when it lacks a field that is needed. */
export const readPlan = async (directory: string, migration: string): Promise<Plan> => {
  const path = journalPath(directory, migration);
  const lines = (await readFile(path, 'utf8')).split('\n').slice(0, -1);
  const byHand = 'clean up by hand: docs/what-if.md, "By hand"';
  const planned = lines
    .map((line) => Line.safeParse(jsonOf(line)).data)
    .find((each) => each?.kind === 'planned');
  if (planned === undefined) throw new InvalidInput(`the journal ${path} has no plan; ${byHand}`);
  const { success, data, error } = planSchema.safeParse(planned.plan);
  if (success) return data;
  const [issue] = error.issues;
  const mismatch = `the plan in ${path} is from another version of precopy (${issue?.path.join('.')}: ${issue?.message})`;
  throw new InvalidInput(`${mismatch}; recover with that version, or ${byHand}`);
};
