import { inject } from 'vitest';

/** One lab, as the global setup hands it to the lab tests. */
export interface ProvidedLab {
  /** For `openLab`, to cut links and power off. */
  readonly name: string;
  readonly sshConfig: string;
  /** Where programs under test keep their journals: never the home of whoever runs the tests. */
  readonly stateHome: string;
  /** Where the hosts reach each other. */
  readonly addresses: { readonly a: string; readonly b: string };
}

declare module 'vitest' {
  export interface ProvidedContext {
    labs: readonly ProvidedLab[];
  }
}

/** The lab of this worker: files that run side by side never meet on the same hosts. */
export const providedLab = (): ProvidedLab => {
  const labs = inject('labs');
  const lab = labs[(Number(process.env['VITEST_POOL_ID']) - 1) % labs.length];
  if (lab === undefined) throw new Error('the global setup has provided no lab');
  return lab;
};
