import { setTimeout as delay } from 'node:timers/promises';
import { CommandFailed } from '../../engine/model/errors.ts';
import type { Command, Host } from '../../engine/ports/host.ts';

export type Argv = Command['argv'];

export const sh = (script: string, ...args: string[]): Argv => ['sh', '-c', script, 'sh', ...args];

/** Writes its process id to a file, then stays. */
export const STAY = 'echo $$ >"$1"; exec sleep 1000';

export const isAlive = async (host: Host, pid: string): Promise<boolean> =>
  (await host.probe({ argv: sh('kill -0 "$1"', pid) })).exitCode === 0;

export const readPid = async (host: Host, file: string): Promise<string> => {
  for (;;) {
    const { stdout } = await host.probe({ argv: ['cat', file] });
    if (stdout.endsWith('\n')) return stdout.trim();
    await delay(20);
  }
};

export const failureOf = async (promise: Promise<unknown>): Promise<CommandFailed> => {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof CommandFailed) return error;
  throw new Error('expected CommandFailed', { cause: error });
};

/** What a part of the contract is asked of. */
export interface Asked {
  /** Open, and shared by all. */
  host(): Host;
  /** Another connection to the same host. */
  open(): Promise<Host>;
  /** A new directory on it. */
  directory(): Promise<string>;
}
