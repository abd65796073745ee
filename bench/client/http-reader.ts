import { get } from 'node:http';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

/** A client that reads one page at a steady rate from whichever port answers, and keeps count of what it got. */
export interface HttpReader {
  stop(): Promise<ReaderResult>;
}

export interface ReaderResult {
  readonly correct: number;
  /** What was answered instead of the page: one is one too many. */
  readonly wrong: readonly string[];
  /** The longest time between two correct answers, in ms. */
  readonly longestGap: number;
}

/** How long an answer may take; then the other port is tried. */
const PATIENCE = 2000;

export const startHttpReader = (
  ports: readonly number[],
  path: string,
  page: string,
  perSecond: number,
): HttpReader => {
  const wrong: string[] = [];
  let correct = 0;
  let longestGap = 0;
  let last = performance.now();
  let stopping = false;

  const run = async (): Promise<void> => {
    let turn = 0;
    while (!stopping) {
      const answer = await readPage(ports[turn % ports.length] ?? 0, path);
      if (answer === undefined) turn += 1;
      else if (answer === `200 ${page}`) {
        const now = performance.now();
        longestGap = Math.max(longestGap, correct === 0 ? 0 : now - last);
        last = now;
        correct += 1;
      } else wrong.push(answer);
      await sleep(1000 / perSecond);
    }
  };

  const running = run();
  return {
    stop: async () => {
      stopping = true;
      await running;
      return { correct, wrong, longestGap };
    },
  };
};

/** Status and content; `undefined` where no whole answer came. Each request has a connection of its own. */
export const readPage = (port: number, path: string): Promise<string | undefined> =>
  new Promise((resolve) => {
    const request = get({ host: '127.0.0.1', port, path, agent: false, timeout: PATIENCE }, (response) => {
      let content = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        content += chunk;
      });
      response.on('end', () => resolve(response.complete ? `${response.statusCode} ${content}` : undefined));
      response.on('error', () => resolve(undefined));
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(undefined));
  });
