import { abortable } from '../../engine/model/abortable.ts';

/**
 * How many sessions of one connection are in use. sshd allows 10 (MaxSessions). Commands that stay for long may take
 * only some of them, or they would starve the short ones; a signal may always use the last, since it frees others.
 */
const CEILING = { start: 6, run: 8, signal: 10 } as const;
export type SessionUse = keyof typeof CEILING;

interface Waiting {
  readonly use: SessionUse;
  readonly go: () => void;
}

export interface SessionSlots {
  /** Resolves to what gives the slot back; idempotent. Rejects when none comes free for a command that is to stay. */
  acquire(use: SessionUse, signal?: AbortSignal): Promise<() => void>;
}

/** In ms: enough for one that ends to be seen ending. If none ends, waiting on would be for ever, and silent. */
const PATIENCE = 30_000;

/** @param patience milliseconds a command that is to stay waits for its slot; what is short or a signal waits on. */
export const sessionSlots = (patience: number = PATIENCE): SessionSlots => {
  const inUse = { start: 0, run: 0, signal: 0 };
  let queue: Waiting[] = [];

  const fits = (use: SessionUse): boolean => {
    const total = inUse.start + inUse.run + inUse.signal;
    if (use === 'start' && inUse.start >= CEILING.start) return false;
    return total < (use === 'signal' ? CEILING.signal : CEILING.run);
  };
  /** Oldest first, but one that cannot go yet does not stop the others. */
  const admit = (): void => {
    for (const waiting of [...queue]) {
      if (!fits(waiting.use)) continue;
      queue = queue.filter((other) => other !== waiting);
      inUse[waiting.use] += 1;
      waiting.go();
    }
  };
  const releaser = (use: SessionUse): (() => void) => {
    let held = true;
    return () => {
      if (!held) return;
      held = false;
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
              () => late.abort(new Error(`${inUse.start} commands stay on this connection`)),
              patience,
            )
          : undefined;
      try {
        await abortable(turn, AbortSignal.any([late.signal, ...(signal === undefined ? [] : [signal])]));
        return releaser(use);
      } catch (error) {
        const before = queue.length;
        queue = queue.filter((other) => other !== waiting);
        // Not in the queue any more: its turn came at the same moment, and the slot must be given back.
        if (queue.length === before) releaser(use)();
        throw error;
      } finally {
        clearTimeout(timer);
      }
    },
  };
};
