/** Writes a result to standard output. */
export const writeLine = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

/** Writes progress or an error to standard error, so that results can be piped. */
export const logLine = (text: string): void => {
  process.stderr.write(`${text}\n`);
};
