import { z } from 'zod';
import type { Downtime } from '../../../engine/model/downtime.ts';
import { InvalidInput } from '../../../engine/model/errors.ts';
import type { Round } from '../../../engine/model/round.ts';
import type { Bytes, Millis } from '../../../engine/model/units.ts';
import { downtime, round, size, time } from '../../../transport/journal/round-schema.ts';
import { type RunRecord, runRecordSchema } from '../../model/run-record.ts';

/** Of the report of `precopy migrate --json`, what is drawn. */
export interface Migration {
  readonly container: string;
  readonly from: string;
  readonly to: string;
  readonly outcome: string;
  readonly rounds: readonly Round[];
  readonly predicted?: Downtime;
  readonly measured?: Downtime;
  readonly pageBytes: Bytes;
  readonly total: Millis;
}

/** Of `precopy tune --json`, what is drawn. */
export interface TuningFront {
  readonly container: string;
  readonly front: readonly FrontChoice[];
  readonly recommended: FrontChoice;
}

export interface FrontChoice {
  readonly options: readonly string[];
  readonly rounds: number;
  readonly downtime: { readonly total: Millis };
  readonly sent: Bytes;
  readonly total: Millis;
}

/** All that a page is made of. */
export interface Inputs {
  readonly runs: readonly RunRecord[];
  readonly migrations: readonly Migration[];
  readonly tunings: readonly TuningFront[];
}

const migration: z.ZodType<Migration> = z.object({
  container: z.string(),
  from: z.string(),
  to: z.string(),
  outcome: z.string(),
  rounds: z.array(round),
  predicted: z.exactOptional(downtime),
  measured: z.exactOptional(downtime),
  pageBytes: size,
  total: time,
});

const choice: z.ZodType<FrontChoice> = z.object({
  options: z.array(z.string()),
  rounds: z.int(),
  downtime: z.object({ total: time }),
  sent: size,
  total: time,
});

const tuning: z.ZodType<TuningFront> = z.object({
  container: z.string(),
  front: z.array(choice).min(1),
  recommended: choice,
});

/** Nothing where it is no report that a migration has printed. */
export const migrationOf = (report: unknown): Migration | undefined => migration.safeParse(report).data;

/** What a file holds: one document, or a line for each. Throws `InvalidInput` for anything that is none of the three. */
export const parseInputs = (path: string, text: string): Inputs => {
  const whole = json(text);
  const documents =
    whole === undefined
      ? text
          .split('\n')
          .map((line, index) => ({ where: `${path}, line ${index + 1}`, line }))
          .filter(({ line }) => line.trim() !== '')
          .map(({ where, line }) => ({ where, value: json(line) }))
      : [{ where: path, value: whole }];
  if (documents.length === 0) throw new InvalidInput(`${path} holds nothing`);
  return joined(documents.map(({ where, value }) => one(where, value)));
};

export const joined = (all: readonly Inputs[]): Inputs => ({
  runs: all.flatMap(({ runs }) => runs),
  migrations: all.flatMap(({ migrations }) => migrations),
  tunings: all.flatMap(({ tunings }) => tunings),
});

const one = (where: string, value: unknown): Inputs => {
  const nothing: Inputs = { runs: [], migrations: [], tunings: [] };
  if (has(value, 'variant')) return { ...nothing, runs: [checked(where, value, runRecordSchema)] };
  if (has(value, 'front')) return { ...nothing, tunings: [checked(where, value, tuning)] };
  if (has(value, 'rounds')) return { ...nothing, migrations: [checked(where, value, migration)] };
  throw new InvalidInput(
    `${where} is neither a run of precopy-bench, nor what precopy migrate or tune print with --json`,
  );
};

const has = (value: unknown, name: string): boolean =>
  typeof value === 'object' && value !== null && name in value;

const checked = <T>(where: string, value: unknown, schema: z.ZodType<T>): T => {
  const { success, data, error } = schema.safeParse(value);
  if (success) return data;
  const [issue] = error.issues;
  throw new InvalidInput(`${where}: ${issue?.path.join('.')}: ${issue?.message}`);
};

const json = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
