import { InvalidInput } from '../../engine/model/errors.ts';

/** Words that mean the same to every POSIX shell without quotes. */
const PLAIN = /^[A-Za-z0-9_@%+:,./-]+$/;

const quoteWord = (word: string): string =>
  PLAIN.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;

/** A NUL ends an argument early for the kernel, so no quoting can carry it. */
export const assertArgv = (argv: readonly string[]): void => {
  const command = argv[0];
  if (command === undefined || command === '') throw new InvalidInput('a command needs a name');
  // `exec -x` is an option to the shell, whatever the quotes.
  if (command.startsWith('-')) throw new InvalidInput(`not a command: ${command}`);
  const bad = argv.find((word) => word.includes('\0'));
  if (bad !== undefined) throw new InvalidInput(`argument with a NUL byte: ${JSON.stringify(bad)}`);
};

/** The one place where an argv becomes a shell line: each word stays one word, byte for byte. */
export const quoteArgv = (argv: readonly string[]): string => {
  assertArgv(argv);
  return argv.map(quoteWord).join(' ');
};
