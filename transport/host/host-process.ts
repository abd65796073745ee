import type { Duplex, Readable, Writable } from 'node:stream';

export type Signal = 'TERM' | 'KILL';

export interface Ending {
  /** `undefined` when a signal ended the process, or when the exit code is unknown. */
  readonly exitCode: number | undefined;
  /** Name of the signal that ended the process, as `SIGTERM`. */
  readonly signal?: string;
  /** The connection was lost: the process may still run. */
  readonly lost: boolean;
}

/** A process on a host. Its output must be read: otherwise the process blocks when it writes. */
export interface HostProcess {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Resolves when the process itself has ended. Output may still arrive after that. Never rejects. */
  readonly exited: Promise<Ending>;
  /** Sends a signal to this process, never to another one that has got its pid since. */
  signal(signal: Signal): Promise<void>;
  /** Stops reading the output and frees the streams on this side. Idempotent. */
  closeStreams(): void;
}

/** Why a process is started. Decides which command waits when the host limits their number. */
export type Purpose = 'run' | 'start';

/** Starts processes on one host. */
export interface Spawner {
  readonly name: string;
  /** Rejects with `InvalidInput`, `HostUnreachable`, `CommandFailed`, or the signal's reason. */
  spawn(argv: readonly string[], purpose: Purpose, signal?: AbortSignal): Promise<HostProcess>;
  /** Connects to a unix socket. Rejects with the reason of the failure, or with `HostUnreachable`. */
  dial(path: string): Promise<Duplex>;
  close(): Promise<void>;
}
