/** Runs `work` once at a time. A call during a run asks for one more, which all calls until then share. */
export const coalesced = (work: () => Promise<void>): (() => Promise<void>) => {
  let running: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;
  return () => {
    next ??= running.then(() => {
      next = undefined;
      running = work();
      return running;
    });
    return next;
  };
};

/** Resolves when `work` does, or after so long. */
export const withinMillis = async (limit: number, work: Promise<void>): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  const passed = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limit);
  });
  await Promise.race([work, passed]);
  clearTimeout(timer);
};
