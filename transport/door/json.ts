import { z } from 'zod';
import { InvalidInput } from '../../engine/model/errors.ts';

/**
 * Returns the value of a JSON text, or `undefined` when the text is not JSON (no JSON text has that value).
 */
export const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Returns the value of a JSON text by its schema. Throws `InvalidInput`, which calls the text `what`. */
export const parseJson = <T>(schema: z.ZodType<T>, text: string, what: string): T => {
  const value = jsonOf(text);
  if (value === undefined) throw new InvalidInput(`${what} is not JSON`);
  const result = schema.safeParse(value);
  if (!result.success) throw new InvalidInput(`${what} is not as expected: ${z.prettifyError(result.error)}`);
  return result.data;
};
