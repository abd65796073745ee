/** The lab cannot be had, or not used as asked. The message is one line for a user. */
export class LabError extends Error {
  override readonly name = 'LabError';
  /** A command to try next. */
  readonly hint: string | undefined;

  constructor(message: string, more: { readonly hint?: string; readonly cause?: unknown } = {}) {
    super(message, { cause: more.cause });
    this.hint = more.hint;
  }
}
