import { PassThrough, Readable } from 'node:stream';
import { execa } from 'execa';
import { CommandFailed } from '../../engine/model/errors.ts';
import { localEnvironment, WORKING_DIRECTORY } from './environment.ts';
import type { Ending, HostProcess } from './host-process.ts';
import { assertArgv } from './quote.ts';

/** A shell, and so a remote host, returns these exit codes when a program cannot be started. */
const START_FAILURES = new Map([
  ['ENOENT', { exitCode: 127, why: 'not found' }],
  ['EACCES', { exitCode: 126, why: 'permission denied' }],
]);

const neverStarted = (exitCode: number, why: string): HostProcess => ({
  stdin: new PassThrough().resume(),
  stdout: Readable.from([]),
  stderr: Readable.from([Buffer.from(`${why}\n`)]),
  exited: Promise.resolve({ exitCode, lost: false }),
  signal: async () => {},
  closeStreams: () => {},
});

export const spawnLocal = async (host: string, argv: readonly string[]): Promise<HostProcess> => {
  assertArgv(argv);
  const [file = '', ...args] = argv;
  // A session of its own, as under sshd: Ctrl-C in the terminal must not reach a dump in progress.
  const child = execa(file, args, {
    detached: true,
    cwd: WORKING_DIRECTORY,
    env: localEnvironment(),
    extendEnv: false,
    stdin: 'pipe',
    buffer: false,
    encoding: 'buffer',
    reject: false,
    forceKillAfterDelay: false,
  });
  const exited = new Promise<Ending>((resolve) => {
    child.once('exit', (code, signal) => {
      resolve({ exitCode: code ?? undefined, ...(signal === null ? {} : { signal }), lost: false });
    });
  });
  if (child.pid === undefined) {
    const { code, cause, originalMessage } = await child;
    const failure = START_FAILURES.get(code ?? '');
    if (failure) return neverStarted(failure.exitCode, `${file}: ${failure.why}`);
    const reason = 'could not be started';
    throw new CommandFailed({
      host,
      argv,
      exitCode: undefined,
      stderr: originalMessage ?? '',
      reason,
      cause,
    });
  }
  // A command that does not read its input any more shows that by its exit code.
  child.stdin.on('error', () => {});
  return {
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    exited,
    // No other process can get the pid before this process has seen the exit.
    signal: async (signal) => void child.kill(`SIG${signal}`),
    closeStreams: () => {
      child.stdin.destroy();
      child.stdout.destroy();
      child.stderr.destroy();
    },
  };
};
