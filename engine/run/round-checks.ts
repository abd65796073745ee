import type { ParkedVerification } from '../ports/destination.ts';

export interface RoundChecks {
  add(round: number): void;
  /** Throws what a check has found so far. */
  throwIfFailed(): void;
  /** Rejects when the images of a round are not what they should be. */
  all(): Promise<void>;
}

/** Checks of rounds, each beside the round after it. */
export const roundChecks = (verification: ParkedVerification): RoundChecks => {
  let all = Promise.resolve();
  let failure: { readonly cause: unknown } | undefined;
  return {
    add: (round) => {
      all = all.then(() => verification.verifyRound(round));
      all.catch((cause: unknown) => {
        failure = { cause };
      });
    },
    throwIfFailed: () => {
      if (failure !== undefined) throw failure.cause;
    },
    all: () => all,
  };
};
