import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { advance, canRollBack } from '../../../engine/core/phase.ts';
import { IllegalTransition } from '../../../engine/model/errors.ts';
import type { Phase } from '../../../engine/model/phase.ts';

const forward: readonly Phase[] = [
  'planned',
  'preflight',
  'pre-copy',
  'frozen',
  'restoring',
  'committed',
  'done',
];
const phases: readonly Phase[] = [...forward, 'rolling-back', 'rolled-back'];

const allowed = (from: Phase, to: Phase): boolean => {
  try {
    return advance(from, to) === to;
  } catch (error) {
    expect(error).toBeInstanceOf(IllegalTransition);
    return false;
  }
};

/** Everywhere one can get from here. */
const reachable = (from: Phase, seen: Set<Phase> = new Set()): Set<Phase> => {
  for (const to of phases) {
    if (allowed(from, to) && !seen.has(to)) {
      seen.add(to);
      reachable(to, seen);
    }
  }
  return seen;
};

describe('phases', () => {
  it('lead from the plan to the end in one order', () => {
    for (const [index, from] of forward.slice(0, -1).entries()) {
      expect(forward.filter((to) => allowed(from, to))).toEqual([forward[index + 1]]);
    }
  });

  it('give no way back once the source has died', () => {
    for (const phase of ['committed', 'done'] as const) {
      expect(canRollBack(phase)).toBe(false);
      expect(reachable(phase).has('rolling-back')).toBe(false);
      expect(reachable(phase).has('rolled-back')).toBe(false);
    }
  });

  it('give a way back from everywhere before', () => {
    for (const phase of ['planned', 'preflight', 'pre-copy', 'frozen', 'restoring'] as const) {
      expect(canRollBack(phase)).toBe(true);
      expect(advance(phase, 'rolling-back')).toBe('rolling-back');
    }
  });

  it('do not roll back twice', () => {
    expect(canRollBack('rolling-back')).toBe(false);
    expect(canRollBack('rolled-back')).toBe(false);
  });

  it('come to an end however one walks', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...phases), { maxLength: 200 }), (walk) => {
        let phase: Phase = 'planned';
        let steps = 0;
        for (const to of walk) {
          if (allowed(phase, to)) {
            phase = to;
            steps += 1;
          }
        }
        expect(steps).toBeLessThan(phases.length);
      }),
    );
  });

  it('name both ends of a wrong way', () => {
    expect(() => advance('committed', 'rolling-back')).toThrow('no way from phase committed to rolling-back');
  });
});
