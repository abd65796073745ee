/** Results go to standard output. */
export const writeLine = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

/** Progress and errors go to standard error, so that results can be piped. */
export const tellLine = (text: string): void => {
  process.stderr.write(`${text}\n`);
};
