import { faults as everyFault, type Fault } from './faults.ts';
import { steps } from './hand-over.ts';
import { forgetful, initial, type State, type Variants } from './state.ts';

export interface Exploration {
  /** All that was reached, nearest first. */
  readonly states: readonly State[];
  /** Those from which nothing goes on without another fault. */
  readonly ends: readonly State[];
  /** The names of the steps to the first that was wrong: no other way there is shorter. */
  readonly counterExample?: readonly string[];
}

interface Reached {
  readonly state: State;
  readonly by?: { readonly step: string; readonly from: Reached };
}

const next = (state: State, variants: Variants): readonly (readonly [string, State])[] =>
  steps.flatMap(({ name, to }) => to(state, variants).map((after) => [name, forgetful(after)] as const));

const struck = (
  state: State,
  possible: readonly Fault[],
  remember: boolean,
): readonly (readonly [string, State])[] =>
  possible.flatMap(({ name, meets, to }) =>
    to(state).map((after) => {
      const wound = meets === undefined ? name : `${name}: ${meets(state)}`;
      const wounds = remember ? [...state.wounds, wound] : state.wounds;
      return [name, { ...forgetful(after), faults: state.faults + 1, wounds }] as const;
    }),
  );

/** All but the number of faults, which comes first. All states have their properties in the same order. */
const keyOf = (state: State): string => {
  const values: readonly State[keyof State][] = Object.values(state);
  let key = '';
  for (const value of values.slice(1)) key += `${typeof value === 'object' ? value.join() : value}|`;
  return key;
};

const wayTo = (reached: Reached): readonly string[] => {
  const names: string[] = [];
  for (let at = reached.by; at !== undefined; at = at.from.by) names.unshift(at.step);
  return names;
};

/**
 * Everything that can happen in any order, breadth first, with so many faults at most.
 *
 * Ends at the first state that is `wrong`. `only`: no other faults than these. `remember`: states keep
 * which faults led to them, which makes more of them.
 */
export const explore = (options: {
  readonly faults: number;
  readonly variants?: Variants;
  readonly only?: readonly string[];
  readonly remember?: boolean;
  readonly wrong: (state: State, isEnd: boolean) => boolean;
}): Exploration => {
  const { faults, variants = {}, only, remember = false, wrong } = options;
  const possible = everyFault.filter(({ name }) => only?.includes(name) ?? true);
  const reached: Reached[] = [{ state: initial }];
  const ends: State[] = [];
  // With how few faults: more of them allow nothing new.
  const known = new Map<string, number>([[keyOf(initial), 0]]);
  // It grows as it is gone through.
  for (const from of reached) {
    const onward = next(from.state, variants);
    if (onward.length === 0) ends.push(from.state);
    if (wrong(from.state, onward.length === 0))
      return { states: reached.map(({ state }) => state), ends, counterExample: wayTo(from) };
    for (const [step, state] of from.state.faults < faults
      ? [...onward, ...struck(from.state, possible, remember)]
      : onward) {
      const key = keyOf(state);
      if ((known.get(key) ?? Number.POSITIVE_INFINITY) <= state.faults) continue;
      known.set(key, state.faults);
      reached.push({ state, by: { step, from } });
    }
  }
  return { states: reached.map(({ state }) => state), ends };
};
