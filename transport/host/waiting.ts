import { setTimeout as delay } from 'node:timers/promises';

/** Waits for `promise`, but not longer than `limit` ms. */
export const atMost = async (promise: Promise<unknown>, limit: number): Promise<void> => {
  const timer = new AbortController();
  try {
    await Promise.race([promise, delay(limit, undefined, { signal: timer.signal }).catch(() => {})]);
  } finally {
    timer.abort();
  }
};
