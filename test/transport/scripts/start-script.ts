import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import type { CommandExit } from '../../../engine/ports/host.ts';
import type { ScriptName, ScriptValues } from '../../../transport/door/catalogue.ts';
import { scriptArgv } from '../../../transport/door/script.ts';
import { localHost } from '../../../transport/host/local-host.ts';

export const fixture = (name: string): string =>
  fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url));

const endings: (() => unknown)[] = [];

/** Has something ended once the tests of the file have run, which they do side by side. Last first. */
export const atEnd = (ending: () => unknown): void => {
  endings.unshift(ending);
};

afterAll(async () => {
  for (const ending of endings) await ending();
});

/**
 * Writes a program that can be run at once. A process of its own does so: what this one has open to write, those that other tests start
 * just then have as well, and nobody can run the file (ETXTBSY) until they are their own programs.
 */
export const makeProgram = (path: string, text: string): Promise<void> =>
  localHost().writeFile(path, text, 0o700);

export const temporaryDirectory = async (): Promise<string> => {
  const directory = await mkdtemp(`${tmpdir()}/precopy-test-`);
  atEnd(() => rm(directory, { recursive: true, force: true }));
  return directory;
};

export interface StartedScript {
  /** What it has printed so far, by lines. */
  readonly told: readonly string[];
  /** Resolves when it has printed this line, rejects when it ends without. */
  says(line: string): Promise<void>;
  write(text: string): void;
  endInput(): void;
  kill(): Promise<void>;
  /** All it printed, and how it ended; resolves once nothing holds its output open any more. */
  readonly ended: Promise<{ readonly told: readonly string[]; readonly exit: CommandExit }>;
}

const host = localHost();
atEnd(() => host.close());

/** Starts a script as `Host.start` does on any host, with a few variables in its environment. */
export const startScript = <Name extends ScriptName>(
  name: Name,
  values: ScriptValues<Name>,
  variables: Readonly<Record<string, string>> = {},
): Promise<StartedScript> => startCommand(scriptArgv(name, ...values), variables);

export const startCommand = async (
  argv: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Promise<StartedScript> => {
  const assignments = Object.entries(variables).map(([key, value]) => `${key}=${value}`);
  const command = await host.start({ argv: ['env', ...assignments, ...argv] });
  const told: string[] = [];
  let running = true;
  let wake = (): void => {};
  const follow = async (): Promise<{ told: readonly string[]; exit: CommandExit }> => {
    for await (const line of command.lines) {
      told.push(line);
      wake();
    }
    running = false;
    wake();
    return { told, exit: await command.exit };
  };
  return {
    told,
    ended: follow(),
    says: async (line) => {
      while (!told.includes(line)) {
        if (!running) throw new Error(`ended without '${line}', having said: ${told.join(', ')}`);
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    write: (text) => command.write(text),
    endInput: () => command.endInput(),
    kill: () => command.kill('KILL'),
  };
};
