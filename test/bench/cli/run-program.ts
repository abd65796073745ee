import { type Ran, runProgram } from '../../cli/run-program.ts';

/** Runs the program in this process, as `precopy-bench WORDS` would. */
export const precopyBench = (...words: readonly string[]): Promise<Ran> =>
  runProgram(() => import('../../../bench/cli/main.ts'), words);
