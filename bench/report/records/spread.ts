/** The value below which such a share lies, between its neighbours where it falls between two. */
export const quantile = (values: readonly number[], share: number): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const [low, high] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  if (low === undefined || high === undefined) return Number.NaN;
  return low + (high - low) * (at - Math.floor(at));
};

/** Least, lower quarter, median, upper quarter, most. */
export const fiveNumbers = (values: readonly number[]): readonly number[] =>
  [0, 0.25, 0.5, 0.75, 1].map((share) => quantile(values, share));

/** Groups in the order in which they first appear. */
export const grouped = <T, K>(
  all: readonly T[],
  by: (each: T) => K,
): readonly (readonly [K, readonly T[]])[] => {
  const groups = new Map<K, T[]>();
  for (const each of all) {
    const group = groups.get(by(each));
    if (group === undefined) groups.set(by(each), [each]);
    else group.push(each);
  }
  return [...groups];
};
