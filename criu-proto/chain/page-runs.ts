import { PAGE } from './pages.ts';

/** Addresses from `start` up to but not including `end`. */
export interface Span {
  readonly start: bigint;
  readonly end: bigint;
}

/**
 * Runs of pages, ascending, as numbers of pages: the first of each, and the first behind it. Runs that touch are one. 16 bytes a run, for
 * a process may have millions. Numbers of pages below 2^63 bytes are exact.
 */
export interface PageRuns {
  readonly length: number;
  start(index: number): number;
  end(index: number): number;
}

export interface GrowingRuns extends PageRuns {
  /** Adds a run behind all that are there. */
  add(start: number, end: number): void;
}

const FIRST = 1024;

export const growingRuns = (): GrowingRuns => {
  let bounds = new Float64Array(2 * FIRST);
  let length = 0;
  const grow = (): void => {
    const larger = new Float64Array(2 * bounds.length);
    larger.set(bounds);
    bounds = larger;
  };
  return {
    get length(): number {
      return length;
    },
    start: (index) => bounds[2 * index] ?? Number.NaN,
    end: (index) => bounds[2 * index + 1] ?? Number.NaN,
    add: (start, end) => {
      if (length > 0 && bounds[2 * length - 1] === start) {
        bounds[2 * length - 1] = end;
        return;
      }
      if (2 * length === bounds.length) grow();
      bounds[2 * length] = start;
      bounds[2 * length + 1] = end;
      length += 1;
    },
  };
};

/** A part of a run. */
export interface Gap {
  readonly start: number;
  readonly end: number;
}

/** Returns the first part of a run that is not covered. To be asked in ascending order. */
export type Cover = (start: number, end: number) => Gap | undefined;

export const coverBy = (runs: PageRuns): Cover => {
  let index = 0;
  return (start, end) => {
    while (index < runs.length && runs.end(index) <= start) index += 1;
    const from = index < runs.length && runs.start(index) <= start ? runs.end(index) : start;
    if (from >= end) return undefined;
    const next = index + (from === start ? 0 : 1);
    return { start: from, end: next < runs.length ? Math.min(end, runs.start(next)) : end };
  };
};

/** The number of the page that an address lies in. */
export const pageOf = (address: bigint): number => Number(address / BigInt(PAGE));

/** The pages that lie wholly in ascending spans. Spans may touch. */
export const runsOf = (spans: readonly Span[]): PageRuns => {
  const runs = growingRuns();
  for (const { start, end } of spans) runs.add(pageOf(start + BigInt(PAGE) - 1n), pageOf(end));
  return runs;
};
