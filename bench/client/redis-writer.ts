import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { openResp, type RespConnection } from './resp-connection.ts';

/** A client that writes at a steady rate to whichever port answers, and remembers what was acknowledged. */
export interface RedisWriter {
  /** Acknowledged so far. */
  acknowledged(): number;
  stop(): Promise<WriterResult>;
}

export interface WriterResult {
  /** Number of each acknowledged write, with the time its acknowledgement came, in ms of `performance.now()`. */
  readonly acknowledgements: readonly Acknowledgement[];
  /** Writes sent whose answer never came: they may have happened or not. */
  readonly unanswered: number;
}

export interface Acknowledgement {
  readonly write: number;
  readonly at: number;
}

export const keyOf = (write: number): string => `write:${write}`;
/** What a write stores: derived from its number, so that a lost or mixed-up one shows. */
export const contentOf = (write: number): string => `${write}:${(write * 2_654_435_761) % 4_294_967_296}`;

/** So many writes may be on their way at once: a slow answer does not lower the rate. */
const WINDOW = 16;
/** How long a client waits for a connection to answer at first. */
const PATIENCE = 1000;
/** How long it bears a connection that has stopped answering before it tries the other host. */
const SILENCE = 3000;

export const startRedisWriter = (ports: readonly number[], perSecond: number): RedisWriter => {
  const acknowledgements: Acknowledgement[] = [];
  let unanswered = 0;
  let next = 0;
  let stopping = false;

  const write = async (connection: RespConnection, number: number, onEnd: () => void): Promise<void> => {
    try {
      const answer = await connection.command('SET', keyOf(number), contentOf(number));
      if (answer === 'OK') acknowledgements.push({ write: number, at: performance.now() });
    } catch {
      unanswered += 1;
    } finally {
      onEnd();
    }
  };

  const writeUntilLost = async (connection: RespConnection): Promise<void> => {
    let underWay = 0;
    let lost = false;
    const interval = 1000 / perSecond;
    let due = performance.now();
    let heard = acknowledgements.length;
    let heardAt = due;
    while (!stopping && !lost) {
      if (acknowledgements.length > heard) {
        heard = acknowledgements.length;
        heardAt = performance.now();
      }
      lost = performance.now() - heardAt > SILENCE;
      if (underWay < WINDOW) {
        const before = unanswered;
        underWay += 1;
        void write(connection, next, () => {
          underWay -= 1;
          lost ||= unanswered > before;
        });
        next += 1;
      }
      // The rate is kept on average; what could not be sent in time is not made up for in a burst.
      due = Math.max(due + interval, performance.now() - 10 * interval);
      await sleep(Math.max(1, due - performance.now()));
    }
    const patience = performance.now() + SILENCE;
    while (underWay > 0 && !lost && performance.now() < patience) await sleep(5);
    connection.close();
  };

  const run = async (): Promise<void> => {
    for (let turn = 0; !stopping; turn += 1) {
      const connection = await answering(ports[turn % ports.length] ?? 0);
      if (connection === undefined) await sleep(20);
      else await writeUntilLost(connection);
    }
  };

  const running = run();
  return {
    acknowledged: () => acknowledgements.length,
    stop: async () => {
      stopping = true;
      await running;
      return { acknowledgements, unanswered };
    },
  };
};

/** A connection to a redis that answers, or `undefined`. Something may accept connections where no redis is. */
const answering = async (port: number): Promise<RespConnection | undefined> => {
  let connection: RespConnection | undefined;
  try {
    connection = await openResp(port, PATIENCE);
    const pong = await Promise.race([connection.command('PING'), sleep(PATIENCE)]);
    if (pong === 'PONG') return connection;
  } catch {}
  connection?.close();
  return undefined;
};

/** The longest time between two acknowledgements, in ms. */
export const longestGap = (acknowledgements: readonly Acknowledgement[]): number => {
  let longest = 0;
  for (let index = 1; index < acknowledgements.length; index += 1) {
    longest = Math.max(longest, (acknowledgements[index]?.at ?? 0) - (acknowledgements[index - 1]?.at ?? 0));
  }
  return longest;
};

/** Which acknowledged writes cannot be read back as they were written. */
export const lostWrites = async (
  port: number,
  acknowledgements: readonly Acknowledgement[],
): Promise<readonly number[]> => {
  const connection = await openResp(port, 10_000);
  const lost: number[] = [];
  try {
    for (let start = 0; start < acknowledgements.length; start += 500) {
      const batch = acknowledgements.slice(start, start + 500);
      const values = await connection.command('MGET', ...batch.map(({ write }) => keyOf(write)));
      batch.forEach(({ write }, index) => {
        if (!Array.isArray(values) || values[index] !== contentOf(write)) lost.push(write);
      });
    }
  } finally {
    connection.close();
  }
  return lost;
};
