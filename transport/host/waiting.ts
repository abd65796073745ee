import { setTimeout as delay } from 'node:timers/promises';

/** Waits for `promise`, but at most `limit` ms. */
export const waitAtMost = async (promise: Promise<unknown>, limit: number): Promise<void> => {
  const timer = new AbortController();
  try {
    await Promise.race([promise, delay(limit, undefined, { signal: timer.signal }).catch(() => {})]);
  } finally {
    timer.abort();
  }
};
