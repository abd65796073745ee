import type { RunningCommand } from '../../engine/ports/host.ts';

/** What a keeper script has told so far, one word a line, and the exit code it reports last. */
export interface Milestones<Name extends string> {
  /** Resolves when the script tells `name`, rejects when it ends without. */
  reached(name: Name): Promise<void>;
  /** The code of the script's `exit CODE` line; `undefined` when it ended without one. Never rejects. */
  readonly exitCode: Promise<number | undefined>;
}

export const milestones = <Name extends string>(
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
  // Asked once, and only when somebody waits for what will not come.
  let asked: Promise<Error> | undefined;
  const why = (): Promise<Error> => {
    asked ??= failure().catch((cause: unknown) => new Error('its host cannot be asked why', { cause }));
    return asked;
  };
  const reach = async (name: string): Promise<void> => {
    if (reached.has(name)) return;
    const told = new Promise<void>((resolve) => {
      waiting.set(name, [...(waiting.get(name) ?? []), resolve]);
    });
    await Promise.race([told, exitCode]);
    if (!reached.has(name)) throw await why();
  };
  return {
    reached: (name) => {
      const reaching = reach(name);
      // A milestone nobody waits for any more must not end the process.
      reaching.catch(() => {});
      return reaching;
    },
    exitCode,
  };
};
