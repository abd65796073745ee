/**
 * All that is below a root, itself among it, by the parent that each names. Each is looked at once: what names its parents may be
 * long, and made up.
 */
export const below = (root: number, parents: ReadonlyMap<number, number>): ReadonlySet<number> => {
  const children = new Map<number, number[]>();
  for (const [each, parent] of parents) {
    const siblings = children.get(parent);
    if (siblings === undefined) children.set(parent, [each]);
    else siblings.push(each);
  }
  const found = new Set([root]);
  // A set is gone through in the order in which it grows.
  for (const each of found) for (const child of children.get(each) ?? []) found.add(child);
  return found;
};
