import type { Command, Option } from 'commander';

/** Adds options to a command. Each option must be complete, because commander copies its default here. */
export const withOptions = (command: Command, options: readonly Option[]): Command => {
  for (const option of options) command.addOption(option);
  return command;
};
