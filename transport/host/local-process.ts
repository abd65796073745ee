import { PassThrough, Readable } from 'node:stream';
import { execa } from 'execa';
import { CommandFailed } from '../../engine/model/errors.ts';
import { localEnvironment, WORKING_DIRECTORY } from './environment.ts';
import type { Ending, HostProcess } from './host-process.ts';
import { assertArgv } from './quote.ts';

/** What a shell answers for these, and so a remote host too. */
const SHELL_ANSWERS = new Map([
  ['ENOENT', { exitCode: 127, why: 'not found' }],
  ['EACCES', { exitCode: 126, why: 'permission denied' }],
]);

const neverStarted = (exitCode: number, why: string): HostProcess => ({
  stdin: new PassThrough().resume(),
  stdout: Readable.from([]),
  stderr: Readable.from([Buffer.from(`${why}\n`)]),
  exited: Promise.resolve({ exitCode, lost: false }),
  signal: async () => {},
  letGo: () => {},
});

export const spawnLocal = async (host: string, argv: readonly string[]): Promise<HostProcess> => {
  assertArgv(argv);
  const [file = '', ...args] = argv;
  // Its own session, as under sshd: Ctrl-C in our terminal is for us to handle, not for a dump under way.
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
    const answer = SHELL_ANSWERS.get(code ?? '');
    if (answer) return neverStarted(answer.exitCode, `${file}: ${answer.why}`);
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
  // Input that nobody reads any more shows in how the command ends.
  child.stdin.on('error', () => {});
  return {
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    exited,
    // Its number cannot have passed to another process before we have seen it exit.
    signal: async (signal) => void child.kill(`SIG${signal}`),
    letGo: () => {
      child.stdin.destroy();
      child.stdout.destroy();
      child.stderr.destroy();
    },
  };
};
