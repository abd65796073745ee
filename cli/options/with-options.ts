import type { Command, Option } from 'commander';

/** Adds options, each of them finished: commander takes over its default at that moment. */
export const withOptions = (command: Command, options: readonly Option[]): Command => {
  for (const option of options) command.addOption(option);
  return command;
};
