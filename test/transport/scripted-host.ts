import { CommandFailed } from '../../engine/model/errors.ts';
import type { Command, CommandOutput, Host } from '../../engine/ports.ts';

type Answer = string | { readonly exitCode: number; readonly stderr: string };

export interface ScriptedHost extends Host {
  /** Every command that was run, in order. */
  readonly asked: readonly Command[];
}

/** A host that knows its answers by the words a command holds. */
export const scriptedHost = (
  answers: readonly (readonly [word: string, answer: Answer])[],
  files: Readonly<Record<string, string>> = {},
): ScriptedHost => {
  const asked: Command[] = [];
  const probe = async (command: Command): Promise<CommandOutput> => {
    asked.push(command);
    const answer = answers.find(([word]) => command.argv.includes(word))?.[1];
    if (answer === undefined) throw new Error(`no answer to: ${command.argv.join(' ')}`);
    if (typeof answer === 'string') return { exitCode: 0, stdout: answer, stderr: '' };
    return { ...answer, stdout: '' };
  };
  const unexpected = async (): Promise<never> => {
    throw new Error('not asked for in this test');
  };
  return {
    name: 'scripted',
    asked,
    probe,
    run: async (command) => {
      const output = await probe(command);
      if (output.exitCode === 0) return output;
      throw new CommandFailed({ host: 'scripted', argv: command.argv, ...output });
    },
    readFile: async (path) => {
      const text = files[path];
      if (text !== undefined) return new TextEncoder().encode(text);
      throw new CommandFailed({ host: 'scripted', argv: ['cat', path], exitCode: 1, stderr: 'no such file' });
    },
    start: unexpected,
    writeFile: unexpected,
    close: async () => {},
  };
};
