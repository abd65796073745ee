import type { Command, CommandExit, RunningCommand } from '../../engine/ports/host.ts';
import { endProcess } from './end-process.ts';
import type { HostProcess } from './host-process.ts';
import { lineQueue } from './line-queue.ts';
import { drained, keepTail } from './output.ts';
import { STDERR_LIMIT } from './run-process.ts';

/** Milliseconds. `exit` does not wait for the children of a killed command that keep its output open. */
const QUIET = 1000;

export const runningCommand = (process: HostProcess, command: Command): RunningCommand => {
  const lines = lineQueue(process.stdout);
  const stderr = keepTail(process.stderr, STDERR_LIMIT);
  const exit = process.exited.then(async (ending): Promise<CommandExit> => {
    clearTimeout(timer);
    await drained(process.stderr, QUIET);
    return { exitCode: ending.exitCode, stderr: stderr(), lost: ending.lost };
  });
  void exit.then(() => drained(process.stdout, QUIET)).then(() => process.closeStreams());
  const timer =
    command.timeout === undefined ? undefined : setTimeout(() => void endProcess(process), command.timeout);
  if (command.stdin !== undefined) process.stdin.end(command.stdin);
  return {
    lines,
    exit,
    write(text): void {
      if (process.stdin.writable) process.stdin.write(text);
    },
    endInput(): void {
      process.stdin.end();
    },
    kill: (signal) => process.signal(signal),
  };
};
