import type { Duplex, Readable, Writable } from 'node:stream';

export type Signal = 'TERM' | 'KILL';

export interface Ending {
  /** `undefined` when a signal ended the process, or nobody knows. */
  readonly exitCode: number | undefined;
  /** Name of the signal that ended it, as `SIGTERM`. */
  readonly signal?: string;
  /** The connection was lost: the process may still run. */
  readonly lost: boolean;
}

/** A process on some host. Its output must be read, or it stands still. */
export interface HostProcess {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** The process itself is gone; output may still be under way. Never rejects. */
  readonly exited: Promise<Ending>;
  /** Sends a signal to this process and to no other that may have its number now. */
  signal(signal: Signal): Promise<void>;
  /** Stops reading its output and frees what the process holds here. Idempotent. */
  letGo(): void;
}

/** What a process is started for: decides who waits when a host limits how many may run. */
export type Purpose = 'run' | 'start';

/** Starts processes on one host. */
export interface Spawner {
  readonly name: string;
  /** Rejects with `InvalidInput`, `HostUnreachable`, `CommandFailed`, or the signal's reason. */
  spawn(argv: readonly string[], purpose: Purpose, signal?: AbortSignal): Promise<HostProcess>;
  /** Connects to a unix socket; rejects with whatever was in the way, or `HostUnreachable`. */
  dial(path: string): Promise<Duplex>;
  close(): Promise<void>;
}
