import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { InvalidInput, messageOf } from '../../engine/model/errors.ts';

const objectSchema = z.record(z.string(), z.unknown());
const entrySchema = z.looseObject({ path: z.string() });
type Fields = Readonly<Record<string, unknown>>;

/** Docker reads an empty file as an empty object. */
const parse = (text: string | undefined, file: string): Fields => {
  if (text === undefined || text.trim() === '') return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const why = messageOf(cause);
    throw new InvalidInput(`${file} is not valid JSON, so precopy does not change it: ${why}`);
  }
  const parsed = objectSchema.safeParse(value);
  if (!parsed.success) throw new InvalidInput(`${file} is not a JSON object, so precopy does not change it`);
  return parsed.data;
};

const runtimesOf = ({ runtimes }: Fields, file: string): Fields | undefined => {
  const parsed = objectSchema.optional().safeParse(runtimes);
  if (!parsed.success)
    throw new InvalidInput(`"runtimes" in ${file} is not a JSON object, so precopy does not change it`);
  return parsed.data;
};

/** Returns the JSON with the indentation of `former`. */
const format = (value: Fields, former: string | undefined): string => {
  const indent = /^([ \t]+)"/m.exec(former ?? '')?.[1] ?? '  ';
  return `${JSON.stringify(value, undefined, indent)}\n`;
};

interface DaemonJson {
  /** `undefined`: the file does not exist. */
  readonly text: string | undefined;
  readonly file: string;
}

/** Returns the configuration with precopy's runtime in it, unchanged when it has that runtime already. */
export const withRuntime = ({ text, file }: DaemonJson, name: string, path: string): string => {
  const daemon = parse(text, file);
  const runtimes = runtimesOf(daemon, file);
  const existing = runtimes?.[name];
  if (existing !== undefined) {
    const entry = entrySchema.safeParse(existing);
    if (text !== undefined && entry.success && entry.data.path === path) return text;
    throw new InvalidInput(
      `${file} has a runtime '${name}' that is not precopy's, so precopy does not change it`,
    );
  }
  return format({ ...daemon, runtimes: { ...runtimes, [name]: { path } } }, text);
};

/**
 * Returns the configuration without precopy's runtime, or undefined for no file. `former` is the
 * configuration before the set-up, if it is known: when nothing else changed, the result is `former`, byte by
 * byte.
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
  return format(rest, text);
};

const withoutEmptyRuntimes = (daemon: Fields): Fields => {
  const { runtimes, ...rest } = daemon;
  return runtimes === undefined || isDeepStrictEqual(runtimes, {}) ? rest : daemon;
};

/**
 * Docker forgets runtimes only when the file says that there are none. So before a file without `runtimes`,
 * Docker has to read this one, which has them empty. Returns undefined when the file has `runtimes`.
 */
export const withEmptyRuntimes = ({ text, file }: DaemonJson): string | undefined => {
  const daemon = parse(text, file);
  return daemon['runtimes'] === undefined ? format({ ...daemon, runtimes: {} }, text) : undefined;
};
