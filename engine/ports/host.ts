import type { Duplex } from 'node:stream';
import type { Millis } from '../model/units.ts';

/** A command is a value: argv, never a shell line. */
export interface Command {
  readonly argv: readonly [string, ...string[]];
  readonly stdin?: string | Uint8Array;
  /** Ended after this long; then `CommandFailed` says so. */
  readonly timeout?: Millis;
}

export interface CommandOutput {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a started command ended. `exitCode` is `undefined` when a signal ended it or the connection was lost. */
export interface CommandExit {
  readonly exitCode: number | undefined;
  /** Last 64 KiB of standard error. */
  readonly stderr: string;
  /** The connection to the host was lost: the command may still run there. */
  readonly lost: boolean;
}

/** A machine we can run commands on. */
export interface Host {
  readonly name: string;
  /**
   * Runs a command to its end. Rejects with `CommandFailed` on a non-zero exit, a time-out or an abort, with
   * `HostUnreachable` when there is no connection to the host and none can be made.
   */
  run(command: Command, signal?: AbortSignal): Promise<CommandOutput>;
  /** Like `run`, but any exit code is an answer. */
  probe(command: Command, signal?: AbortSignal): Promise<CommandOutput>;
  /** Starts a command and leaves it running. Rejects only when it cannot be started. */
  start(command: Command): Promise<RunningCommand>;
  /** Rejects with `CommandFailed` when the file cannot be read. */
  readFile(path: string): Promise<Uint8Array>;
  /** Creates or replaces a file; its mode is set before its content is written. */
  writeFile(path: string, content: string | Uint8Array, mode: number): Promise<void>;
  /** Connects to a unix socket. Rejects with `CommandFailed` when nobody listens there. */
  dial(path: string): Promise<Duplex>;
  /** Ends the connection; commands still running and connections to sockets are ended too. */
  close(): Promise<void>;
}

export interface RunningCommand {
  /** Standard output by lines, without line ends. May be read once. */
  readonly lines: AsyncIterable<string>;
  /** Never rejects. */
  readonly exit: Promise<CommandExit>;
  /** Writes to standard input. */
  write(text: string): void;
  endInput(): void;
  /** Signals the process itself (not its children). Resolves when the signal was sent or the process is gone. */
  kill(signal: 'TERM' | 'KILL'): Promise<void>;
}
