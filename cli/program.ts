import { readFileSync } from 'node:fs';
import { type Command, CommanderError } from 'commander';
import { type Explanation, exitCodes } from './terminal/exit-codes.ts';
import { tellLine } from './terminal/write.ts';

/** `package.json` lies beside `dist/` when built, and one folder up when run from source. */
export const version = (): string => {
  for (const place of ['../package.json', '../../package.json']) {
    try {
      const { version } = JSON.parse(readFileSync(new URL(place, import.meta.url), 'utf8'));
      return String(version);
    } catch {}
  }
  return 'unknown';
};

/** Runs the command that the arguments name. An error becomes one line, what to try, and an exit code. */
export const runProgram = async (
  program: Command,
  explain: (error: unknown) => Explanation,
): Promise<void> => {
  returnErrors(program);
  try {
    await program.parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
      return;
    }
    const { line, hint, code } = explain(error);
    tellLine(`${program.name()}: ${line}`);
    if (hint !== undefined) tellLine(`Try: ${hint}`);
    process.exitCode = code;
  }
};

/** By itself commander ends the process, with 1 for every error. */
const returnErrors = (command: Command): void => {
  command.exitOverride();
  command.commands.forEach(returnErrors);
};
