export interface Interruptible {
  readonly signal: AbortSignal;
  readonly interrupted: () => boolean;
  /** Gives the signals their usual meaning back. */
  settle(): void;
}

/**
 * Ctrl-C (and SIGTERM, and a terminal that goes away) asks for a way back instead of ending the process. A second one
 * finds us on that way already, and is only answered.
 */
export const interruptible = (onSignal: (first: boolean) => void): Interruptible => {
  const controller = new AbortController();
  const handle = (): void => {
    const first = !controller.signal.aborted;
    onSignal(first);
    if (first) controller.abort(new DOMException('interrupted', 'AbortError'));
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const each of signals) process.on(each, handle);
  return {
    signal: controller.signal,
    interrupted: () => controller.signal.aborted,
    settle: () => {
      for (const each of signals) process.off(each, handle);
    },
  };
};
