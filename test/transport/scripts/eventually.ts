import { setTimeout as delay } from 'node:timers/promises';

/** Looks again until what is expected holds, for at most 30 s. */
export const eventually = async <T>(look: () => Promise<T>): Promise<T> => {
  const end = performance.now() + 30_000;
  for (;;) {
    try {
      return await look();
    } catch (error) {
      if (performance.now() > end) throw error;
      await delay(20);
    }
  }
};
