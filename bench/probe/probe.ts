import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { firstToAnswer } from './first-to-answer.ts';
import type { Conversation, Protocol } from './protocol.ts';

/**
 * A client outside both hosts. It asks at a steady rate whichever port answers, and notes what became of each request. All times are
 * of one clock, `performance.now()`, in ms with microseconds behind the point.
 */
export interface Probe {
  /** Right answers so far. */
  answered(): number;
  stop(): Promise<ProbeResult>;
}

export interface ProbeResult {
  readonly requests: readonly Asked[];
  readonly connections: readonly Connection[];
  readonly stoppedAt: number;
}

export interface Asked {
  readonly request: number;
  readonly sentAt: number;
  /** Nothing where no answer came: what was asked may have happened or not. */
  readonly answer?: { readonly at: number; readonly right: boolean };
}

/** A connection that was answered. */
export interface Connection {
  readonly port: number;
  readonly began: number;
  readonly openAt: number;
}

export interface ProbeOptions {
  readonly protocol: Protocol;
  readonly ports: readonly number[];
  readonly perSecond: number;
}

/** So many requests may be on their way at once: a slow answer does not lower the rate. */
const WINDOW = 16;
/** How long a client bears a connection that has stopped answering before it tries both ports anew. */
const SILENCE = 3000;

export const startProbe = ({ protocol, ports, perSecond }: ProbeOptions): Probe => {
  const requests: Asked[] = [];
  const connections: Connection[] = [];
  const stopping = new AbortController();
  let answered = 0;
  let next = 0;

  /** Whether an answer came. */
  const ask = async ({ ask }: Conversation, request: number): Promise<boolean> => {
    const sentAt = performance.now();
    try {
      const right = await ask(request);
      requests.push({ request, sentAt, answer: { at: performance.now(), right } });
      if (right) answered += 1;
      return true;
    } catch {
      requests.push({ request, sentAt });
      return false;
    }
  };

  const askUntilLost = async (conversation: Conversation): Promise<void> => {
    const interval = 1000 / perSecond;
    const underWay = new Set<Promise<void>>();
    let due = performance.now();
    let heardAt = due;
    let lost = false;
    const send = (): void => {
      const asking = ask(conversation, next).then((came) => {
        underWay.delete(asking);
        if (came) heardAt = performance.now();
        else lost = true;
      });
      underWay.add(asking);
      next += 1;
    };
    while (!stopping.signal.aborted && !lost) {
      if (underWay.size === 0) heardAt = performance.now();
      lost = performance.now() - heardAt > SILENCE;
      if (!lost && underWay.size < WINDOW) send();
      // The rate is kept on average; what could not be sent in time is not made up for in a burst.
      due = Math.max(due + interval, performance.now() - 10 * interval);
      await sleep(Math.max(1, due - performance.now()));
    }
    if (!lost) await Promise.race([Promise.all(underWay), sleep(SILENCE)]);
    conversation.close();
    await Promise.all(underWay);
  };

  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const found = await firstToAnswer(protocol, ports, stopping.signal);
      if (found === undefined) return;
      const { conversation, port, began } = found;
      connections.push({ port, began, openAt: performance.now() });
      await askUntilLost(conversation);
    }
  };

  const running = run();
  return {
    answered: () => answered,
    stop: async () => {
      const stoppedAt = performance.now();
      stopping.abort();
      await running;
      return { requests, connections, stoppedAt };
    },
  };
};
