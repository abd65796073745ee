/** What a probe says to a service, and how it tells a right answer from a wrong one. */
export interface Protocol {
  /** Resolves once the service itself has answered: something may accept connections where none is. */
  open(port: number): Promise<Conversation>;
  /** Looks once at what the service was left with, given the requests it answered rightly. Every problem is a line. */
  verify(port: number, answered: readonly number[]): Promise<readonly string[]>;
}

export interface Conversation {
  /** Resolves to whether the answer is right; rejects when the connection is lost first. */
  ask(request: number): Promise<boolean>;
  close(): void;
}

/** How long a service may take to answer on a new connection; then another one is tried. */
export const PATIENCE = 1000;
