import type { Finding } from './finding.ts';
import type { Phase } from './phase.ts';

/** A command on a host did not do what it was asked. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';
  readonly host: string;
  readonly argv: readonly string[];
  /** `undefined` when it was ended by a signal, never started, or its connection was lost. */
  readonly exitCode: number | undefined;
  /** Last lines of its standard error. */
  readonly stderr: string;

  constructor(failure: {
    host: string;
    argv: readonly string[];
    exitCode: number | undefined;
    stderr: string;
    reason?: string;
    cause?: unknown;
  }) {
    const { host, argv, exitCode, stderr, reason } = failure;
    const last = stderr.trimEnd().split('\n').at(-1) ?? '';
    const how = reason ?? (exitCode === undefined ? 'was ended' : `exited with ${exitCode}`);
    super(`${argv[0] ?? 'command'} on ${host} ${how}${last === '' ? '' : `: ${last}`}`, {
      cause: failure.cause,
    });
    this.host = host;
    this.argv = argv;
    this.exitCode = exitCode;
    this.stderr = stderr;
  }
}

/** A host cannot be reached, or the connection to it is gone. */
export class HostUnreachable extends Error {
  override readonly name = 'HostUnreachable';
  readonly host: string;

  constructor(host: string, why: string, cause?: unknown) {
    super(`cannot reach ${host}: ${why}`, { cause });
    this.host = host;
  }
}

/** Something a host or the user gave is not what it must be. */
export class InvalidInput extends Error {
  override readonly name = 'InvalidInput';
}

/** Preflight found what forbids the migration. Nothing was changed. */
export class PlanRejected extends Error {
  override readonly name = 'PlanRejected';
  readonly findings: readonly Finding[];

  constructor(findings: readonly Finding[]) {
    const errors = findings.filter((finding) => finding.severity === 'error');
    super(errors.map((finding) => finding.message).join('; '));
    this.findings = findings;
  }
}

/** A bug: the engine left its own order of phases. */
export class IllegalTransition extends Error {
  override readonly name = 'IllegalTransition';

  constructor(from: Phase, to: Phase) {
    super(`no way from phase ${from} to ${to}`);
  }
}

/** Nobody can tell whether the source still runs: nothing more is done, both sides keep what they have. */
export class InDoubt extends Error {
  override readonly name = 'InDoubt';

  constructor(what: string, cause?: unknown) {
    super(what, { cause });
  }
}

/** What an error says. Anything can be thrown, so a value that is no error becomes text. */
export const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
