import { readFileSync } from 'node:fs';
import { type Command, CommanderError } from 'commander';
import { type Explanation, exitCodes } from './terminal/exit-codes.ts';
import { logLine } from './terminal/write.ts';

/** `package.json` is beside `dist/` when built, and one folder up when run from source. */
export const version = (): string => {
  for (const path of ['../package.json', '../../package.json']) {
    try {
      const { version } = JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));
      return String(version);
    } catch {}
  }
  return 'unknown';
};

/** Runs the command that the arguments name. An error becomes one line, a hint and an exit code. */
export const runProgram = async (
  program: Command,
  explain: (error: unknown) => Explanation,
): Promise<void> => {
  throwErrors(program);
  try {
    await program.parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
      return;
    }
    const { line, hint, code } = explain(error);
    logLine(`${program.name()}: ${line}`);
    if (hint !== undefined) logLine(`Try: ${hint}`);
    process.exitCode = code;
  }
};

/** Makes commander throw its errors. By default it ends the process, with exit code 1 for every error. */
const throwErrors = (command: Command): void => {
  command.exitOverride();
  command.commands.forEach(throwErrors);
};
