import {
  controllerEnds,
  controllerLives,
  hearing,
  type State,
  type Step,
  step,
  tellKeeper,
  tellParked,
  type Variants,
  type Word,
} from './state.ts';

const undecided = ({ controller }: State): boolean =>
  controller === 'waiting' || controller === 'ready' || controller === 'handed-over';

const isTold = (state: State, variants: Variants, word: Word): State => {
  switch (word) {
    case 'held':
      return state.controller === 'waiting' ? { ...state, controller: 'ready' } : state;
    case 'killed':
      return tellParked({ ...state, controller: 'committing' }, 'resume');
    case 'thawed':
      return letGo(state);
    case 'exit-1':
      return variants.failedDumpIsThaw && state.controller !== 'committing' ? letGo(state) : state;
    case 'resumed':
      return controllerEnds(state, 'finished');
    default:
      return state;
  }
};

const letGo = (state: State): State =>
  state.knowsDestinationEnded
    ? controllerEnds(state, 'finished')
    : tellParked({ ...state, controller: 'discarding' }, 'discard');

export const controllerSteps: readonly Step[] = [
  hearing('controller hears the source', controllerLives, 'fromKeeper', (state, word, variants) =>
    isTold(state, variants, word),
  ),
  hearing('controller hears the destination', controllerLives, 'fromParked', (state, word) => {
    if (word === 'resumed' || state.controller === 'discarding') return controllerEnds(state, 'finished');
    const known: State = { ...state, knowsDestinationEnded: true };
    return undecided(state) ? tellKeeper({ ...known, controller: 'stopping' }, 'thaw') : known;
  }),
  step(
    'controller hands over',
    ({ controller }) => controller === 'ready',
    (state) => tellKeeper({ ...state, controller: 'handed-over' }, 'hand-over'),
  ),
  step('Ctrl-C', undecided, (state, { discardWithoutThaw }) => {
    const asked = tellKeeper({ ...state, controller: 'stopping' }, 'thaw');
    return discardWithoutThaw ? tellParked(asked, 'discard') : asked;
  }),
  // Another Ctrl-C, or a connection that has ended. What it does then, `precopy recover` does as well.
  step(
    'controller gives up',
    (state) =>
      controllerLives(state) &&
      (!undecided(state) || (!state.keeperSession && state.fromKeeper.length === 0)),
    (state) => controllerEnds(state, 'gone'),
  ),
];
