import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Conversation, Protocol } from './protocol.ts';

export interface Found {
  readonly conversation: Conversation;
  readonly port: number;
  /** When this connection was begun. */
  readonly began: number;
}

/** Between two tries of a port. */
const PAUSE = 25;

/** Tries all ports side by side, each again and again, so that one that hangs does not delay the other. Nothing once stopped. */
export const firstToAnswer = async (
  protocol: Protocol,
  ports: readonly number[],
  stop: AbortSignal,
): Promise<Found | undefined> => {
  const found = new AbortController();
  const tries = ports.map((port) => untilAnswered(protocol, port, AbortSignal.any([found.signal, stop])));
  const first = await Promise.race(tries);
  found.abort();
  // One that comes too late is not left open.
  for (const each of tries) {
    void each.then((late) => {
      if (late !== first) late?.conversation.close();
    });
  }
  return first;
};

const untilAnswered = async (
  protocol: Protocol,
  port: number,
  stop: AbortSignal,
): Promise<Found | undefined> => {
  while (!stop.aborted) {
    const began = performance.now();
    try {
      return { conversation: await protocol.open(port), port, began };
    } catch {
      await sleep(PAUSE, undefined, { signal: stop }).catch(() => {});
    }
  }
  return undefined;
};
