import { CommandFailed, HostUnreachable } from '../../engine/model/errors.ts';
import type { Command, CommandExit, CommandOutput, Host, RunningCommand } from '../../engine/ports/host.ts';

/** A started command whose other end a test plays. */
interface FakeCommand extends RunningCommand {
  readonly command: Command;
  readonly written: string[];
  readonly signals: ('TERM' | 'KILL')[];
  say(line: string): void;
  /** Ends it; a signal does so by itself. */
  finish(exit?: Partial<CommandExit>): void;
}

interface FakeFile {
  readonly content: Uint8Array;
  readonly mode: number;
}

export interface FakeHost extends Host {
  /** Everything run, probed or started, in order. */
  readonly commands: Command[];
  readonly started: FakeCommand[];
  readonly files: Map<string, FakeFile>;
}

/** What a command answers: nothing means success without output; an error is thrown. */
type FakeAnswer = (command: Command) => Partial<CommandOutput> | Error | undefined;

const fakeCommand = (command: Command): FakeCommand => {
  const said: string[] = [];
  const written: string[] = [];
  const signals: ('TERM' | 'KILL')[] = [];
  let ended = false;
  let wake = (): void => {};
  let settle = (_exit: CommandExit): void => {};
  const exit = new Promise<CommandExit>((resolve) => {
    settle = resolve;
  });
  const finish = (how: Partial<CommandExit> = {}): void => {
    ended = true;
    settle({ exitCode: 0, stderr: '', lost: false, ...how });
    wake();
  };
  async function* lines(): AsyncGenerator<string> {
    for (;;) {
      const line = said.shift();
      if (line !== undefined) yield line;
      else if (ended) return;
      else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  }
  return {
    command,
    written,
    signals,
    lines: lines(),
    exit,
    say(line): void {
      said.push(line);
      wake();
    },
    finish,
    write: (text) => void written.push(text),
    endInput: () => {},
    async kill(signal): Promise<void> {
      signals.push(signal);
      finish({ exitCode: undefined });
    },
  };
};

/** A host in memory: files are a map, commands are answered by the test. */
export const fakeHost = (name: string = 'fake', answer: FakeAnswer = () => undefined): FakeHost => {
  const commands: Command[] = [];
  const started: FakeCommand[] = [];
  const files = new Map<string, FakeFile>();
  let closed = false;

  const assertOpen = (): void => {
    if (closed) throw new HostUnreachable(name, 'it was closed');
  };
  const probe = async (command: Command): Promise<CommandOutput> => {
    assertOpen();
    commands.push(command);
    const output = answer(command);
    if (output instanceof Error) throw output;
    return { exitCode: 0, stdout: '', stderr: '', ...output };
  };
  return {
    name,
    commands,
    started,
    files,
    probe,
    async run(command): Promise<CommandOutput> {
      const output = await probe(command);
      const { argv } = command;
      if (output.exitCode !== 0) throw new CommandFailed({ host: name, argv, ...output });
      return output;
    },
    async start(command): Promise<RunningCommand> {
      assertOpen();
      commands.push(command);
      const running = fakeCommand(command);
      started.push(running);
      return running;
    },
    async readFile(path): Promise<Uint8Array> {
      assertOpen();
      const file = files.get(path);
      const failure = {
        host: name,
        argv: ['cat', '--', path],
        exitCode: 1,
        stderr: 'No such file or directory',
      };
      if (file === undefined) throw new CommandFailed(failure);
      return file.content;
    },
    async writeFile(path, content, mode): Promise<void> {
      assertOpen();
      files.set(path, { content: Buffer.from(content), mode });
    },
    async dial(path): Promise<never> {
      assertOpen();
      const reason = 'Connection refused';
      throw new CommandFailed({
        host: name,
        argv: ['connect', path],
        exitCode: undefined,
        stderr: '',
        reason,
      });
    },
    async close(): Promise<void> {
      closed = true;
      for (const command of started) command.finish({ exitCode: undefined });
    },
  };
};
