import type { RunningCommand } from '../../engine/ports/host.ts';

/** The words that a keeper script prints, one a line, as its work proceeds, and the exit code at its end. */
export interface Milestones<Name extends string> {
  /** Resolves when the script prints `name`. Rejects when the script ends before that. */
  reached(name: Name): Promise<void>;
  /**
   * The code of the script's `exit CODE` line. `undefined` when the script ended without that line. Never
   * rejects.
   */
  readonly exitCode: Promise<number | undefined>;
}

/**
 * Follows the output of a keeper script. `failure` makes the error for a milestone that the script did not
 * reach. `onOther` gets every line that is neither a milestone nor the exit code.
 */
export const followMilestones = <Name extends string>(
  command: RunningCommand,
  names: readonly Name[],
  failure: () => Promise<Error>,
  onOther: (line: string) => void = () => {},
): Milestones<Name> => {
  const reached = new Set<string>();
  const known = new Set<string>(names);
  const waiting = new Map<string, (() => void)[]>();
  const follow = async (): Promise<number | undefined> => {
    let code: number | undefined;
    for await (const line of command.lines) {
      const exit = /^exit (\d+)$/.exec(line)?.[1];
      if (exit !== undefined) code = Number(exit);
      else if (known.has(line)) {
        reached.add(line);
        for (const resolve of waiting.get(line) ?? []) resolve();
      } else onOther(line);
    }
    await command.exit;
    return code;
  };
  const exitCode = follow();
  // Read once, and only when a caller waits for a milestone that will not come.
  let failureRead: Promise<Error> | undefined;
  const readFailure = (): Promise<Error> => {
    failureRead ??= failure().catch(
      (cause: unknown) =>
        new Error('a script ended early, and its host cannot be asked for the reason', { cause }),
    );
    return failureRead;
  };
  const waitFor = async (name: string): Promise<void> => {
    if (reached.has(name)) return;
    const printed = new Promise<void>((resolve) => {
      waiting.set(name, [...(waiting.get(name) ?? []), resolve]);
    });
    await Promise.race([printed, exitCode]);
    if (!reached.has(name)) throw await readFailure();
  };
  return {
    reached: (name) => {
      const arrival = waitFor(name);
      // A rejection that no caller waits for any more would end this process.
      arrival.catch(() => {});
      return arrival;
    },
    exitCode,
  };
};
