import type { Received } from '../received.ts';

/** What a source sends, and what is said of it. */
export interface Case {
  readonly name: string;
  /** Names the one check that refuses it. */
  readonly reason: RegExp;
  readonly tamper: (received: Received) => Promise<unknown>;
  /** Docker's, where the case needs another. */
  readonly config?: object;
}
