/** The bytes of an image file are not what the format says. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError';
  readonly file: string;
  /** Where in the file. */
  readonly offset: number;
  /** What is wrong there, without the place. */
  readonly problem: string;

  constructor(file: string, offset: number, problem: string, cause?: unknown) {
    super(`${file}: ${problem} at byte ${offset}`, { cause });
    this.file = file;
    this.offset = offset;
    this.problem = problem;
  }
}
