/**
 * Waits until all have ended, then rejects with the first failure. Unlike `Promise.all`, nothing is still under way when
 * the way back begins.
 */
export const settleAll = async (works: readonly Promise<unknown>[]): Promise<void> => {
  const results = await Promise.allSettled(works);
  for (const result of results) if (result.status === 'rejected') throw result.reason;
};
