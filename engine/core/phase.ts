import { IllegalTransition } from '../model/errors.ts';
import type { Phase } from '../model/phase.ts';

/** Every way there is. Nothing leads from `committed` back: the source can no longer run. */
const ways: Readonly<Record<Phase, readonly Phase[]>> = {
  planned: ['preflight', 'rolling-back'],
  preflight: ['pre-copy', 'rolling-back'],
  'pre-copy': ['frozen', 'rolling-back'],
  frozen: ['restoring', 'rolling-back'],
  restoring: ['committed', 'rolling-back'],
  committed: ['done'],
  done: [],
  'rolling-back': ['rolled-back'],
  'rolled-back': [],
};

/** The phase after `from`. Throws `IllegalTransition` where there is no way. */
export const advance = (from: Phase, to: Phase): Phase => {
  if (!ways[from].includes(to)) {
    throw new IllegalTransition(from, to);
  }
  return to;
};

/** The source can still be let go on. */
export const canRollBack = (phase: Phase): boolean => ways[phase].includes('rolling-back');
