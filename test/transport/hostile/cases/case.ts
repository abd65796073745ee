import type { Received } from '../received.ts';

/** What a hostile source changes in a checkpoint, and the reason why the check refuses that. */
export interface Case {
  readonly name: string;
  /** Matches the message of the one check that refuses the case. */
  readonly reason: RegExp;
  readonly tamper: (received: Received) => Promise<unknown>;
  /** The OCI configuration, where the case needs another one than Docker's. */
  readonly config?: object;
}
