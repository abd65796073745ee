export interface Interruptible {
  readonly signal: AbortSignal;
  readonly interrupted: () => boolean;
  /** Gives the signals their default effect again. */
  settle(): void;
}

/**
 * Makes Ctrl-C, SIGTERM and the loss of the terminal abort `signal` instead of ending the process. `onSignal`
 * is called for each of them; a second one has no other effect.
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
