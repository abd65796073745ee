/** Addresses from `start` up to but not including `end`. */
export interface Span {
  readonly start: bigint;
  readonly end: bigint;
}

/** Above every address. */
const TOP = 1n << 64n;

/** What of `wanted` is not within `there`: of each span the first gap. Both ascend; what is there may touch. */
export const uncovered = (wanted: readonly Span[], there: readonly Span[]): readonly Span[] => {
  let index = 0;
  /** The first span that ends beyond an address. */
  const spanBeyond = (address: bigint): Span | undefined => {
    while ((there[index]?.end ?? TOP) <= address) index += 1;
    return there[index];
  };
  const gapOf = ({ start, end }: Span): readonly Span[] => {
    let from = start;
    while (from < end) {
      const span = spanBeyond(from);
      if (span === undefined || span.start >= end) return [{ start: from, end }];
      if (span.start > from) return [{ start: from, end: span.start }];
      from = span.end;
    }
    return [];
  };
  return wanted.flatMap(gapOf);
};
