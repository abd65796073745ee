/** What has to be undone when the migration fails, pushed beside each effect, undone last first. */
export interface Undo {
  push(what: string, step: () => Promise<void>): void;
  /** After commit there is no way back. */
  forget(): void;
  /** Goes on over steps that fail, and returns those. */
  run(): Promise<readonly UndoFailure[]>;
}

export interface UndoFailure {
  readonly what: string;
  readonly cause: unknown;
}

export const startUndo = (): Undo => {
  let steps: { readonly what: string; readonly step: () => Promise<void> }[] = [];
  return {
    push: (what, step) => {
      steps.push({ what, step });
    },
    forget: () => {
      steps = [];
    },
    run: async () => {
      const failures: UndoFailure[] = [];
      for (const { what, step } of steps.reverse()) {
        await step().catch((cause: unknown) => failures.push({ what, cause }));
      }
      steps = [];
      return failures;
    },
  };
};
