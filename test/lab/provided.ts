/** What the global setup hands to every lab test. */
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
    lab: ProvidedLab;
  }
}
