import { vi } from 'vitest';

export interface Ran {
  readonly exitCode: typeof process.exitCode;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `precopy WORDS` in this process. */
export const precopy = (...words: readonly string[]): Promise<Ran> =>
  runProgram(() => import('../../cli/main.ts'), words);

/** Runs the program that `load` imports in this process. It runs as it is loaded. */
export const runProgram = async (load: () => Promise<unknown>, words: readonly string[]): Promise<Ran> => {
  const { argv, exitCode } = process;
  const { write: writeOut } = process.stdout;
  const { write: writeErr } = process.stderr;
  let [stdout, stderr] = ['', ''];
  try {
    vi.resetModules();
    process.argv = ['node', 'precopy', ...words];
    process.exitCode = undefined;
    process.stdout.write = (text: string | Uint8Array): boolean => {
      stdout += text;
      return true;
    };
    process.stderr.write = (text: string | Uint8Array): boolean => {
      stderr += text;
      return true;
    };
    await load();
    return { exitCode: process.exitCode, stdout, stderr };
  } finally {
    process.argv = argv;
    process.exitCode = exitCode;
    process.stdout.write = writeOut;
    process.stderr.write = writeErr;
  }
};
