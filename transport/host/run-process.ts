import { CommandFailed, HostUnreachable, InvalidInput } from '../../engine/model/errors.ts';
import type { Command } from '../../engine/ports/host.ts';
import { endProcess } from './end-process.ts';
import type { Ending, HostProcess } from './host-process.ts';
import { collect, drained, keepTail } from './output.ts';

const STDOUT_LIMIT = 64 * 1024 * 1024;
export const STDERR_LIMIT: number = 64 * 1024;
/**
 * Milliseconds. When a process has ended and its output is silent for this long, only its children keep the
 * output open, and no more output of the command follows.
 */
const QUIET = 10_000;

export interface RawOutput {
  readonly exitCode: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

interface Stop {
  readonly reason: string;
  readonly cause?: unknown;
}

/** Stops a command early: on abort by the caller, at its time-out, or with too much output. */
const earlyStop = (
  command: Command,
  signal: AbortSignal | undefined,
): { stopped: Promise<Stop>; stop(stop: Stop): void; controller: AbortController; clear(): void } => {
  const controller = new AbortController();
  let settle = (_stop: Stop): void => {};
  const stopped = new Promise<Stop>((resolve) => {
    settle = resolve;
  });
  const stop = (stop: Stop): void => {
    settle(stop);
    controller.abort(stop);
  };
  const onAbort = (): void => stop({ reason: 'was aborted', cause: signal?.reason });
  const { timeout } = command;
  const timer =
    timeout === undefined
      ? undefined
      : setTimeout(() => stop({ reason: `took longer than ${timeout} ms` }), timeout);
  if (signal?.aborted) onAbort();
  else signal?.addEventListener('abort', onAbort, { once: true });
  const clear = (): void => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  };
  return { stopped, stop, controller, clear };
};

const finish = async (process: HostProcess): Promise<Ending> => {
  const ending = await process.exited;
  await Promise.all([drained(process.stdout, QUIET), drained(process.stderr, QUIET)]);
  process.closeStreams();
  return ending;
};

/** Runs a process to its end and returns its output. When this rejects, the process has ended. */
export const runProcess = async (
  host: string,
  command: Command,
  spawn: (stop: AbortSignal) => Promise<HostProcess>,
  signal: AbortSignal | undefined,
): Promise<RawOutput> => {
  const { argv } = command;
  const { stopped, stop, controller, clear } = earlyStop(command, signal);
  const failure = (ended: Stop, stderr: string): CommandFailed =>
    new CommandFailed({ host, argv, exitCode: undefined, stderr, ...ended });
  try {
    if (controller.signal.aborted) throw failure(await stopped, '');
    const process = await spawn(controller.signal).catch(async (error: unknown) => {
      throw controller.signal.aborted && !isKnownError(error) ? failure(await stopped, '') : error;
    });
    const stdout = collect(process.stdout, STDOUT_LIMIT, () =>
      stop({ reason: `wrote more than ${STDOUT_LIMIT} bytes` }),
    );
    const stderr = keepTail(process.stderr, STDERR_LIMIT);
    process.stdin.end(command.stdin ?? '');
    const ending = await Promise.race([finish(process), stopped]);
    if ('reason' in ending) {
      await endProcess(process);
      throw failure(ending, stderr());
    }
    if (ending.lost) throw new HostUnreachable(host, `the connection was lost while ${argv[0]} ran`);
    if (ending.exitCode === undefined) {
      throw failure({ reason: `was ended by ${ending.signal ?? 'a signal'}` }, stderr());
    }
    return { exitCode: ending.exitCode, stdout: stdout(), stderr: stderr() };
  } finally {
    clear();
  }
};

const isKnownError = (error: unknown): boolean =>
  error instanceof CommandFailed || error instanceof HostUnreachable || error instanceof InvalidInput;
