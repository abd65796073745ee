import { type Explanation, exitCodes, explain } from '../../cli/terminal/exit-codes.ts';
import { LabError } from '../lab/index.ts';

/** As `precopy` explains its errors, and those of the lab, which bring their own hint. */
export const explainBench = (error: unknown): Explanation =>
  error instanceof LabError
    ? {
        line: error.message,
        ...(error.hint === undefined ? {} : { hint: error.hint }),
        code: exitCodes.unexpected,
      }
    : explain(error);
