import type { Scenario } from '../model/scenario.ts';
import type { Variant } from '../variants/variant.ts';

export interface Planned {
  readonly scenario: Scenario;
  readonly variant: Variant;
  /** 0 is a warm-up. */
  readonly repetition: number;
}

/**
 * Interleaved: every one of all once, then every one again, for a machine is not as fast in the second hour as in the first. Each
 * time another one begins, so that none always follows the same. The first of each is slower than any later one, while
 * the hosts' code is being translated: such warm-ups are kept, and not counted.
 */
export const schedule = (
  scenarios: readonly Scenario[],
  variants: readonly Variant[],
  repetitions: number,
  warmUp: boolean,
): readonly Planned[] => {
  const each = scenarios.flatMap((scenario) => variants.map((variant) => ({ scenario, variant })));
  const rounds = Array.from({ length: repetitions + 1 }, (_, index) => index).slice(warmUp ? 0 : 1);
  return rounds.flatMap((repetition) => {
    const shift = repetition % Math.max(1, each.length);
    return [...each.slice(shift), ...each.slice(0, shift)].map((one) => ({ ...one, repetition }));
  });
};
