import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { InvalidInput, messageOf } from '../../engine/model/errors.ts';

const objectSchema = z.record(z.string(), z.unknown());
const entrySchema = z.looseObject({ path: z.string() });
type Fields = Readonly<Record<string, unknown>>;

/** Docker takes an empty file for an empty object. */
const parse = (text: string | undefined, file: string): Fields => {
  if (text === undefined || text.trim() === '') return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const why = messageOf(cause);
    throw new InvalidInput(`${file} is no valid JSON, so it is left alone: ${why}`);
  }
  const parsed = objectSchema.safeParse(value);
  if (!parsed.success) throw new InvalidInput(`${file} is no object, so it is left alone`);
  return parsed.data;
};

const runtimesOf = ({ runtimes }: Fields, file: string): Fields | undefined => {
  const parsed = objectSchema.optional().safeParse(runtimes);
  if (!parsed.success) throw new InvalidInput(`"runtimes" in ${file} is no object, so it is left alone`);
  return parsed.data;
};

/** In the style of what was there. */
const print = (value: Fields, like: string | undefined): string => {
  const indent = /^([ \t]+)"/m.exec(like ?? '')?.[1] ?? '  ';
  return `${JSON.stringify(value, undefined, indent)}\n`;
};

interface DaemonJson {
  /** `undefined`: no such file. */
  readonly text: string | undefined;
  readonly file: string;
}

/** The configuration with our runtime in it; the same text when it is there already. */
export const withRuntime = ({ text, file }: DaemonJson, name: string, path: string): string => {
  const daemon = parse(text, file);
  const runtimes = runtimesOf(daemon, file);
  const present = runtimes?.[name];
  if (present !== undefined) {
    const entry = entrySchema.safeParse(present);
    if (text !== undefined && entry.success && entry.data.path === path) return text;
    throw new InvalidInput(`${file} has a runtime '${name}' that is not ours, so it is left alone`);
  }
  return print({ ...daemon, runtimes: { ...runtimes, [name]: { path } } }, text);
};

/**
 * The configuration without our runtime: to the byte as it was before, if nothing else changed. `undefined`: no file.
 * `former`: what was there before the runtime came, if that is known.
 */
export const withoutRuntime = (
  { text, file }: DaemonJson,
  name: string,
  former: DaemonJson | undefined,
): string | undefined => {
  if (text === undefined) return undefined;
  const daemon = parse(text, file);
  const runtimes = runtimesOf(daemon, file);
  if (runtimes?.[name] === undefined) return text;
  const { [name]: _, ...others } = runtimes;
  const rest = withoutEmptyRuntimes({ ...daemon, runtimes: others });
  if (former !== undefined && isDeepStrictEqual(rest, withoutEmptyRuntimes(parse(former.text, former.file))))
    return former.text;
  return print(rest, text);
};

const withoutEmptyRuntimes = (daemon: Fields): Fields => {
  const { runtimes, ...rest } = daemon;
  return runtimes === undefined || isDeepStrictEqual(runtimes, {}) ? rest : daemon;
};

/** Docker forgets runtimes only when it reads that there are none: one without the key needs this one read before it. */
export const sayingNoRuntimes = ({ text, file }: DaemonJson): string | undefined => {
  const daemon = parse(text, file);
  return daemon['runtimes'] === undefined ? print({ ...daemon, runtimes: {} }, text) : undefined;
};
