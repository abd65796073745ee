import type { Duplex } from 'node:stream';
import { CommandFailed, HostUnreachable, messageOf } from '../../engine/model/errors.ts';
import type { Command, CommandOutput, Host, RunningCommand } from '../../engine/ports/host.ts';
import { endProcess } from './end-process.ts';
import type { HostProcess, Purpose, Spawner } from './host-process.ts';
import { type RawOutput, runProcess } from './run-process.ts';
import { runningCommand } from './running-command.ts';
import { writeFileCommand } from './write-file.ts';

const failed = (host: string, command: Command, output: RawOutput): CommandFailed =>
  new CommandFailed({ host, argv: command.argv, exitCode: output.exitCode, stderr: output.stderr });

const asText = ({ exitCode, stdout, stderr }: RawOutput): CommandOutput => ({
  exitCode,
  stdout: stdout.toString('utf8'),
  stderr,
});

/** Makes a `Host` from a `Spawner`. */
export const processHost = (spawner: Spawner): Host => {
  const running = new Set<HostProcess>();
  const sockets = new Set<Duplex>();
  const closing = new AbortController();
  const assertOpen = (): void => {
    if (closing.signal.aborted) throw new HostUnreachable(spawner.name, 'it was closed');
  };

  const spawn = async (command: Command, purpose: Purpose, signal?: AbortSignal): Promise<HostProcess> => {
    assertOpen();
    const process = await spawner.spawn(command.argv, purpose, signal);
    running.add(process);
    void process.exited.then(() => running.delete(process));
    if (closing.signal.aborted) {
      await endProcess(process);
      assertOpen();
    }
    return process;
  };
  const runRaw = (command: Command, signal?: AbortSignal): Promise<RawOutput> =>
    runProcess(spawner.name, command, (stop) => spawn(command, 'run', stop), signal);
  const runToSuccess = async (command: Command, signal?: AbortSignal): Promise<RawOutput> => {
    const output = await runRaw(command, signal);
    if (output.exitCode !== 0) throw failed(spawner.name, command, output);
    return output;
  };

  return {
    name: spawner.name,
    async run(command, signal): Promise<CommandOutput> {
      return asText(await runToSuccess(command, signal));
    },
    async probe(command, signal): Promise<CommandOutput> {
      return asText(await runRaw(command, signal));
    },
    async start(command): Promise<RunningCommand> {
      return runningCommand(await spawn(command, 'start'), command);
    },
    async readFile(path): Promise<Uint8Array> {
      return (await runToSuccess({ argv: ['cat', '--', path] })).stdout;
    },
    async writeFile(path, content, mode): Promise<void> {
      await runToSuccess(writeFileCommand(path, content, mode));
    },
    async dial(path): Promise<Duplex> {
      assertOpen();
      const socket = await spawner.dial(path).catch((cause: unknown) => {
        if (cause instanceof HostUnreachable) throw cause;
        const reason = `to ${path} failed: ${messageOf(cause)}`;
        const argv = ['connect', path];
        throw new CommandFailed({ host: spawner.name, argv, exitCode: undefined, stderr: '', reason, cause });
      });
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
      if (closing.signal.aborted) socket.destroy();
      assertOpen();
      return socket;
    },
    async close(): Promise<void> {
      closing.abort();
      for (const socket of sockets) socket.destroy();
      await Promise.all([...running].map(endProcess));
      await spawner.close();
    },
  };
};
