import type { RunningCommand } from '../engine/ports.ts';

/** What a keeper script has told so far, one word a line, and the exit code it reports last. */
export interface Milestones<Name extends string> {
  /** Resolves when the script tells `name`, rejects when it ends without. */
  reached(name: Name): Promise<void>;
  /** The code of the script's `exit CODE` line; `undefined` when it ended without one. Never rejects. */
  readonly exitCode: Promise<number | undefined>;
}

interface Deferred {
  readonly promise: Promise<void>;
  resolve(): void;
  reject(cause: Error): void;
}

const deferred = (): Deferred => {
  let resolve = (): void => {};
  let reject = (_: Error): void => {};
  const promise = new Promise<void>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
};

export const milestones = <Name extends string>(
  command: RunningCommand,
  names: readonly Name[],
  failure: () => Promise<Error>,
  onOther: (line: string) => void = () => {},
): Milestones<Name> => {
  const reached = new Set<string>();
  const waiting = new Map<string, Deferred>(names.map((name) => [name, deferred()]));
  // A milestone nobody waits for any more must not end the process.
  for (const { promise } of waiting.values()) promise.catch(() => {});
  const follow = async (): Promise<number | undefined> => {
    let code: number | undefined;
    for await (const line of command.lines) {
      const exit = /^exit (\d+)$/.exec(line)?.[1];
      if (exit !== undefined) code = Number(exit);
      else if (waiting.has(line)) {
        waiting.get(line)?.resolve();
        reached.add(line);
      } else onOther(line);
    }
    await command.exit;
    if (reached.size === waiting.size) return code;
    const error = await failure().catch(
      (cause: unknown) => new Error('its host cannot be asked why', { cause }),
    );
    for (const { reject } of waiting.values()) reject(error);
    return code;
  };
  return {
    reached: (name) => waiting.get(name)?.promise ?? Promise.reject(new Error(`no milestone ${name}`)),
    exitCode: follow(),
  };
};
