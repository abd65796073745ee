import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { LabError } from './lab-error.ts';
import { self } from './processes.ts';
import { tetherArguments } from './tether.ts';
import { searchPath } from './tools.ts';

/** The build that a command belongs to. */
export interface Build {
  readonly directory: string;
  readonly signal?: AbortSignal;
}

export interface StepOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Told what it prints, as it does. */
  readonly onLine?: (line: string) => void;
}

/** Runs a command of a build, named as in "making the disk". It ends, with all it started, when the build is stopped or its process is killed. */
export const runStep = async (
  build: Build,
  what: string,
  argv: readonly [string, ...string[]],
  { env = {}, onLine }: StepOptions = {},
): Promise<string> => {
  const { directory, signal } = build;
  const args = tetherArguments({
    argv,
    owner: { process: await self(), removeWithIt: directory },
  });
  const running = execa('sh', args, {
    cwd: directory,
    env: { PATH: searchPath(), LC_ALL: 'C.UTF-8', ...env },
    stdin: 'ignore',
    detached: true,
    reject: false,
    all: true,
    ...(signal === undefined ? {} : { cancelSignal: signal }),
  });
  if (onLine !== undefined) createInterface({ input: running.all }).on('line', onLine);
  const { exitCode, stdout, all, isCanceled } = await running;
  if (isCanceled) signal?.throwIfAborted();
  if (exitCode !== 0) throw new LabError(`${what} failed: ${lastWords(all)}`);
  return stdout;
};

/** Commands like to end with a line that says no more than that they failed. */
const lastWords = (output: string): string => {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  return lines.slice(-3).join(' / ') || 'it printed nothing';
};
