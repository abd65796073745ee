import { InvalidInput } from '../../engine/model/errors.ts';

/** Words that mean the same to every POSIX shell without quotes. */
const PLAIN = /^[A-Za-z0-9_@%+:,./-]+$/;

const quoteWord = (word: string): string =>
  PLAIN.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;

/** Throws when no quoting can pass the words on: the kernel ends an argument at a NUL. */
export const assertArgv = (argv: readonly string[]): void => {
  const command = argv[0];
  if (command === undefined || command === '') throw new InvalidInput('a command without a name');
  // The shell takes `-x` after `exec` as an option, also in quotes.
  if (command.startsWith('-')) throw new InvalidInput(`not a command: ${command}`);
  const bad = argv.find((word) => word.includes('\0'));
  if (bad !== undefined) throw new InvalidInput(`argument with a NUL byte: ${JSON.stringify(bad)}`);
};

/** Returns an argv as a shell line that keeps each word, byte for byte. No other code makes shell lines. */
export const quoteArgv = (argv: readonly string[]): string => {
  assertArgv(argv);
  return argv.map(quoteWord).join(' ');
};
