import type { z } from 'zod';
import { InvalidInput } from '../../engine/model/errors.ts';
import type { Journal } from '../../engine/model/journal.ts';
import { jsonOf } from '../door/json.ts';
import { eventSchema } from './event-schema.ts';
import { headerSchema } from './header-schema.ts';

export interface JournalLine {
  readonly text: string;
  /** Counted from 1. */
  readonly number: number;
}

/**
 * Parses a journal. A last line without its end was cut short in mid-write and is left out. Any other invalid
 * line throws `InvalidInput`, with file and line. Returns undefined when not even the first line was written.
 */
export const parseJournal = (path: string, text: string): Journal | undefined => {
  const [first, ...rest] = text.split('\n').map((each, index) => ({ text: each, number: index + 1 }));
  const tail = rest.pop();
  if (first === undefined || tail === undefined) return undefined;
  return {
    header: parseLine(path, first, headerSchema),
    events: rest.map((line) => parseLine(path, line, eventSchema)),
    torn: tail.text !== '',
  };
};

export const parseLine = <T>(path: string, { text, number }: JournalLine, schema: z.ZodType<T>): T => {
  const { success, data, error } = schema.safeParse(jsonOf(text));
  if (success) return data;
  const [issue] = error.issues;
  const where = issue === undefined ? '' : `: ${[...issue.path, issue.message].join(' ')}`;
  throw new InvalidInput(`${path}, line ${number} is not a line of a journal${where}`);
};
