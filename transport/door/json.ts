import { z } from 'zod';
import { InvalidInput } from '../../engine/model/errors.ts';

/** The value of a JSON text. `undefined` where the text is not JSON: no JSON text has that value. */
export const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** The value of a JSON text as the schema has it. Throws `InvalidInput`, with `what` as the name of the text. */
export const parseJson = <T>(schema: z.ZodType<T>, text: string, what: string): T => {
  const value = jsonOf(text);
  if (value === undefined) throw new InvalidInput(`${what} is not JSON`);
  const result = schema.safeParse(value);
  if (!result.success) throw new InvalidInput(`${what} is not as expected: ${z.prettifyError(result.error)}`);
  return result.data;
};
