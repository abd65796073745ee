/** When a fault comes, by what the migration shows. Each is reached in every migration, in this order. */
export const steps = ['round', 'frozen', 'restoring', 'committed'] as const;

export type Step = (typeof steps)[number];

/** What the progress of `precopy migrate` shows when a step has begun. */
export const shownAt: Readonly<Record<Step, RegExp>> = {
  round: /phase: pre-copy/,
  frozen: /phase: frozen/,
  restoring: /phase: restoring/,
  // The copy is kept from hearing its verdict (`holdBack`), so that this lasts.
  committed: /phase: pre-copy/,
};
