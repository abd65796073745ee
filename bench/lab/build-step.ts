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

/** Runs a command of a build. It ends, with all it started, when the build is stopped or its process is killed. */
export const runStep = async (
  build: Build,
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
  if (exitCode !== 0) throw new LabError(`${argv[0]} failed: ${lastLine(all)}`);
  return stdout;
};

const lastLine = (output: string): string =>
  output.split('\n').findLast((line) => line.trim() !== '') ?? 'it printed nothing';
