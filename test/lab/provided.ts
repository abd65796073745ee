/** What the global setup hands to every lab test. */
export interface ProvidedLab {
  readonly sshConfig: string;
  /** Addresses of the hosts between each other. */
  readonly addresses: { readonly a: string; readonly b: string };
  /** QMP sockets, to cut links and power off. */
  readonly name: string;
}

declare module 'vitest' {
  export interface ProvidedContext {
    lab: ProvidedLab;
  }
}
