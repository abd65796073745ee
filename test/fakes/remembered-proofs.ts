import type { ProvenHolds } from '../../transport/facts/proven-holds.ts';

/** Proofs in memory. */
export const rememberedProofs = (
  ...proofs: readonly string[]
): ProvenHolds & { readonly all: Set<string> } => {
  const all = new Set(proofs);
  return {
    all,
    has: async (proof) => all.has(proof),
    add: async (proof) => void all.add(proof),
  };
};
