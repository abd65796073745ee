import {
  CommandFailed,
  HostUnreachable,
  InvalidInput,
  messageOf,
  PlanRejected,
} from '../../engine/model/errors.ts';
import type { Outcome } from '../../engine/model/report.ts';

/** Documented in docs/understanding-output.md. */
export const exitCodes = {
  done: 0,
  unexpected: 1,
  usage: 2,
  refused: 3,
  rolledBack: 4,
  gaveUp: 5,
  inDoubt: 6,
  unreachable: 7,
  ended: 8,
  interrupted: 130,
} as const;

export const exitCodeOf = (outcome: Outcome, interrupted: boolean): number => {
  switch (outcome) {
    case 'migrated':
      return exitCodes.done;
    case 'rolled-back':
      return interrupted ? exitCodes.interrupted : exitCodes.rolledBack;
    case 'gave-up':
      return exitCodes.gaveUp;
    case 'in-doubt':
      return exitCodes.inDoubt;
    case 'ended':
      return exitCodes.ended;
  }
};

export interface Explanation {
  readonly line: string;
  readonly hint?: string;
  readonly code: number;
}

/** Returns one line for an error, what to try next, and the exit code. */
export const explain = (error: unknown): Explanation => {
  if (error instanceof HostUnreachable) {
    return {
      line: error.message,
      hint: `ssh ${error.host} true   # must work from here without a password`,
      code: exitCodes.unreachable,
    };
  }
  if (error instanceof PlanRejected) {
    return {
      line: error.message,
      hint: 'precopy check   # shows every finding and its remedy',
      code: exitCodes.refused,
    };
  }
  if (error instanceof InvalidInput) return { line: error.message, code: exitCodes.usage };
  if (error instanceof CommandFailed) {
    return {
      line: error.message,
      hint: `run ${error.argv[0]} on ${error.host} by hand`,
      code: exitCodes.unexpected,
    };
  }
  if (isAbort(error)) return { line: 'interrupted; nothing was changed', code: exitCodes.interrupted };
  return { line: `unexpected error: ${messageOf(error)}`, code: exitCodes.unexpected };
};

const isAbort = (error: unknown): boolean => error instanceof Error && error.name === 'AbortError';
