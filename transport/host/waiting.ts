import { setTimeout as delay } from 'node:timers/promises';

/** Settles as `promise` does, or rejects with the signal's reason as soon as it is aborted. */
export const abortable = async <T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> => {
  if (signal === undefined) return promise;
  let onAbort: (() => void) | undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = (): void => reject(signal.reason);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
  // Whoever loses the race must not become an unhandled rejection.
  promise.catch(() => {});
  try {
    return await Promise.race([aborted, promise]);
  } finally {
    if (onAbort) signal.removeEventListener('abort', onAbort);
  }
};

/** Waits for `promise`, but not longer than `limit` ms. */
export const atMost = async (promise: Promise<unknown>, limit: number): Promise<void> => {
  const timer = new AbortController();
  try {
    await Promise.race([promise, delay(limit, undefined, { signal: timer.signal }).catch(() => {})]);
  } finally {
    timer.abort();
  }
};
