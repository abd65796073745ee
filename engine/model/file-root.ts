/** One directory, or one file, whose content comes along, exactly as it is on the source. */
export interface FileRoot {
  readonly kind: 'tree' | 'file';
  /** Where it lies on the source. */
  readonly from: string;
  /** Where it belongs on the destination. */
  readonly to: string;
  /** What below it to leave out, as absolute paths anchored at it. */
  readonly exclude: readonly string[];
  /** What of it the container sees, and where: files that it has mapped are looked for there. */
  readonly seen: { readonly at: string; readonly below: string } | undefined;
  /** `first`: never changes, brought over once. */
  readonly when: 'first' | 'always';
}
