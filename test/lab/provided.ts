import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
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

let mine: ProvidedLab | undefined;

/** The lab of this worker: files that run side by side never meet on the same hosts. */
export const providedLab = (): ProvidedLab => {
  mine ??= takeLab(inject('labs'));
  return mine;
};

/** By who is alive, for the runner's numbers of its workers count those of all projects, and two may share a lab by them. */
const takeLab = (labs: readonly ProvidedLab[]): ProvidedLab => {
  const clock = new Int32Array(new SharedArrayBuffer(4));
  // The one before may take a moment to end.
  for (let look = 0; look < 600; look += 1) {
    const free = labs.find(({ stateHome }) => take(stateHome, 0));
    if (free !== undefined) return free;
    Atomics.wait(clock, 0, 0, 100);
  }
  throw new Error(`none of ${labs.length} labs is free`);
};

/** Each owner has one successor: who makes that file first. Nothing is ever taken away, so no two can believe it. */
const take = (directory: string, last: number): boolean => {
  const file = join(directory, `taken-after-${last}`);
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    const owner = Number(readFileSync(file, 'utf8'));
    // Not written yet.
    if (owner === 0) return false;
    return owner === process.pid || (!isAlive(owner) && take(directory, owner));
  }
};

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};
