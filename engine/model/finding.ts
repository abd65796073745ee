/** A preflight result. An `error` forbids the migration, a `warning` is worth reading, a `note` explains. */
export interface Finding {
  readonly severity: 'error' | 'warning' | 'note';
  /** Stable, for scripts: `kebab-case`. */
  readonly code: string;
  readonly message: string;
  /** What to do about it, as an imperative sentence. */
  readonly remedy?: string;
}
