import { readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { InvalidInput } from '../../engine/model/errors.ts';
import { matchesPattern } from './host-pattern.ts';

const SECTION = /^\s*(?:Host|Match)(?:\s|=)/i;
const INCLUDE = /^\s*Include(?:\s*=\s*|\s+)(?<paths>.*)$/i;
const MAX_INCLUDE_DEPTH = 16;

export const expandHome = (path: string): string =>
  path === '~' || path.startsWith('~/') ? join(homedir(), path.slice(1)) : path;

/** Returns the files that match a path with wildcards, in order. */
const matchingFiles = (path: string): readonly string[] => {
  if (!/[*?]/.test(path)) return [path];
  const parent = dirname(path);
  const name = path.slice(parent === '/' ? 1 : parent.length + 1);
  return matchingFiles(parent).flatMap((directory) => {
    try {
      const entries = readdirSync(directory).filter((entry) => !entry.startsWith('.'));
      return entries
        .filter((entry) => matchesPattern(name, entry))
        .sort()
        .map((entry) => join(directory, entry));
    } catch {
      return [];
    }
  });
};

const readIfExists = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (
      error instanceof Error &&
      'code' in error &&
      ['ENOENT', 'ENOTDIR', 'EISDIR'].includes(String(error.code))
    ) {
      return '';
    }
    throw new InvalidInput(`cannot read ${file}`, { cause: error });
  }
};

const wordsOf = (text: string): readonly string[] =>
  [...text.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');

/**
 * Returns the text of an ssh configuration with its `Include`s resolved. A section of an included file ends
 * with that file, so the surrounding section is opened again after it.
 */
const withIncludes = (text: string, base: string, depth: number): string => {
  if (depth > MAX_INCLUDE_DEPTH)
    throw new InvalidInput(`the ssh configuration has more than ${MAX_INCLUDE_DEPTH} levels of Include`);
  let section = 'Host *';
  const lines = text.split('\n').map((line) => {
    if (SECTION.test(line)) section = line;
    const paths = INCLUDE.exec(line)?.groups?.['paths'];
    if (paths === undefined) return line;
    const files = wordsOf(paths).flatMap((path) => matchingFiles(resolve(base, expandHome(path))));
    return [...files.map((file) => withIncludes(readIfExists(file), base, depth + 1)), section].join('\n');
  });
  return lines.join('\n');
};

/** Reads the files that ssh would read: the user's, then the system's. Or only the given file. */
export const readSshConfig = (file: string | undefined): string => {
  const userDirectory = join(homedir(), '.ssh');
  if (file !== undefined) {
    try {
      return withIncludes(readFileSync(file, 'utf8'), userDirectory, 0);
    } catch (error) {
      if (error instanceof InvalidInput) throw error;
      throw new InvalidInput(`cannot read the ssh configuration ${file}`, { cause: error });
    }
  }
  return [
    withIncludes(readIfExists(join(userDirectory, 'config')), userDirectory, 0),
    'Host *',
    withIncludes(readIfExists('/etc/ssh/ssh_config'), '/etc/ssh', 0),
  ].join('\n');
};
