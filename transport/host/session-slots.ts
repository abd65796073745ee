import { abortable } from '../../engine/model/abortable.ts';

/**
 * The most sessions of one connection for each use. sshd permits 10 (MaxSessions). Long-running commands
 * (`start`) may use only some of them, so that short commands (`run`) do not starve. A signal may use every
 * session, because signals end commands and so free sessions.
 */
const MAX_SESSIONS = { start: 6, run: 8, signal: 10 } as const;
export type SessionUse = keyof typeof MAX_SESSIONS;

interface Waiting {
  readonly use: SessionUse;
  readonly go: () => void;
}

export interface SessionSlots {
  /**
   * Resolves to a function that releases the slot (idempotent). Rejects when no slot becomes free in time for
   * a long-running command.
   */
  acquire(use: SessionUse, signal?: AbortSignal): Promise<() => void>;
}

/** Milliseconds. Long enough for a command that ends to release its slot. */
const DEFAULT_PATIENCE = 30_000;

/** @param patience milliseconds that a long-running command waits for a slot. Others wait without limit. */
export const sessionSlots = (patience: number = DEFAULT_PATIENCE): SessionSlots => {
  const inUse = { start: 0, run: 0, signal: 0 };
  let queue: Waiting[] = [];

  const fits = (use: SessionUse): boolean => {
    const total = inUse.start + inUse.run + inUse.signal;
    if (use === 'start' && inUse.start >= MAX_SESSIONS.start) return false;
    return total < (use === 'signal' ? MAX_SESSIONS.signal : MAX_SESSIONS.run);
  };
  /** Admits the oldest first. A command that has to wait does not delay those behind it. */
  const admit = (): void => {
    for (const waiting of [...queue]) {
      if (!fits(waiting.use)) continue;
      queue = queue.filter((other) => other !== waiting);
      inUse[waiting.use] += 1;
      waiting.go();
    }
  };
  const releaser = (use: SessionUse): (() => void) => {
    let released = false;
    return () => {
      if (released) return;
      released = true;
      inUse[use] -= 1;
      admit();
    };
  };

  return {
    async acquire(use, signal): Promise<() => void> {
      signal?.throwIfAborted();
      let waiting: Waiting | undefined;
      const turn = new Promise<void>((go) => {
        waiting = { use, go };
        queue.push(waiting);
      });
      admit();
      const late = new AbortController();
      const timer =
        use === 'start'
          ? setTimeout(
              () => late.abort(new Error(`${inUse.start} long-running commands already use this connection`)),
              patience,
            )
          : undefined;
      try {
        await abortable(turn, AbortSignal.any([late.signal, ...(signal === undefined ? [] : [signal])]));
        return releaser(use);
      } catch (error) {
        const before = queue.length;
        queue = queue.filter((other) => other !== waiting);
        // Not in the queue any more: the slot was granted at the same moment, so it must be released.
        if (queue.length === before) releaser(use)();
        throw error;
      } finally {
        clearTimeout(timer);
      }
    },
  };
};
